package io.freshet.lake.change;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which messages of a table's topic are in quarantine, and so are passed over, and which rows may
 * therefore lack a change. Never changes.
 *
 * <p>A change that does not hold all of its row's values can't be written where an earlier change
 * of the row is missing: what is stored would be taken for what the missing change may have set.
 */
public final class Quarantined implements Serializable {
  /** None. */
  public static final Quarantined NONE = new Quarantined(Map.of(), Map.of(), Map.of());

  private static final long serialVersionUID = 1L;

  private final Map<Integer, Set<Long>> offsets;
  private final Map<String, Long> firstOfKey;
  private final Map<Integer, Long> firstWithoutKey;

  private Quarantined(
      Map<Integer, Set<Long>> offsets,
      Map<String, Long> firstOfKey,
      Map<Integer, Long> firstWithoutKey) {
    this.offsets = offsets;
    this.firstOfKey = firstOfKey;
    this.firstWithoutKey = firstWithoutKey;
  }

  /** These and more; all of one topic. */
  public Quarantined plus(Collection<BadRecord> records) {
    if (records.isEmpty()) {
      return this;
    }
    Map<Integer, Set<Long>> all = new HashMap<>();
    offsets.forEach((partition, some) -> all.put(partition, new HashSet<>(some)));
    Map<String, Long> keys = new HashMap<>(firstOfKey);
    Map<Integer, Long> unknown = new HashMap<>(firstWithoutKey);
    for (BadRecord record : records) {
      all.computeIfAbsent(record.partition(), none -> new HashSet<>()).add(record.offset());
      record
          .key()
          .ifPresentOrElse(
              key -> keys.merge(chain(record.partition(), key), record.offset(), Math::min),
              () -> unknown.merge(record.partition(), record.offset(), Math::min));
    }
    return new Quarantined(all, keys, unknown);
  }

  /** These, and more that are passed over without any row lacking them: it has later changes. */
  public Quarantined plusPassed(Collection<BadRecord> records) {
    Quarantined passed = NONE.plus(records);
    Map<Integer, Set<Long>> all = new HashMap<>(passed.offsets);
    offsets.forEach(
        (partition, some) -> all.computeIfAbsent(partition, none -> new HashSet<>()).addAll(some));
    return new Quarantined(all, firstOfKey, firstWithoutKey);
  }

  private static String chain(int partition, String key) {
    return partition + " " + key;
  }

  boolean has(int partition, long offset) {
    return !offsets.isEmpty() && offsets.getOrDefault(partition, Set.of()).contains(offset);
  }

  /**
   * Whether a row may lack a change before this one.
   *
   * @param key the row's key, if known
   */
  boolean mayLackChanges(int partition, long offset, Optional<String> key) {
    return firstWithoutKey.getOrDefault(partition, Long.MAX_VALUE) < offset
        || key.map(known -> firstOfKey.getOrDefault(chain(partition, known), Long.MAX_VALUE))
                .orElse(Long.MAX_VALUE)
            < offset;
  }
}
