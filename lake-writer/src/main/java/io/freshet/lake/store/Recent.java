package io.freshet.lake.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** What was used last, by path; what was not goes when there is too much. */
final class Recent<T> {
  private final Map<String, T> values = new LinkedHashMap<>(16, 0.75f, true);
  private final long most;
  private final ToLongFunction<T> weight;
  private long sum;

  /**
   * @param most that all values together may weigh
   */
  Recent(long most, ToLongFunction<T> weight) {
    this.most = most;
    this.weight = weight;
  }

  synchronized Optional<T> get(String path) {
    return Optional.ofNullable(values.get(path));
  }

  synchronized void put(String path, T value) {
    remove(path);
    values.put(path, value);
    sum += weight.applyAsLong(value);
    var eldest = values.entrySet().iterator();
    while (sum > most && eldest.hasNext()) {
      sum -= weight.applyAsLong(eldest.next().getValue());
      eldest.remove();
    }
  }

  synchronized Optional<T> remove(String path) {
    T gone = values.remove(path);
    if (gone != null) {
      sum -= weight.applyAsLong(gone);
    }
    return Optional.ofNullable(gone);
  }

  synchronized void removeIf(Predicate<String> path) {
    var all = values.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, T> next = all.next();
      if (path.test(next.getKey())) {
        sum -= weight.applyAsLong(next.getValue());
        all.remove();
      }
    }
  }
}
