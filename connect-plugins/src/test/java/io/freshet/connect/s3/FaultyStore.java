package io.freshet.connect.s3;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** A real store whose calls can be made to fail, before or after they took effect. */
final class FaultyStore implements ObjectStore {
  /** A call of {@code putIfAbsent}, to be made or not. */
  @FunctionalInterface
  interface Put {
    boolean run();
  }

  private final ObjectStore store;
  private volatile int mostTogether;
  private volatile Runnable beforeRead = () -> {};
  private volatile Function<Put, Boolean> aroundPut = Put::run;

  FaultyStore(ObjectStore store) {
    this.store = store;
  }

  /** The most uploads that the store was given to do side by side. */
  int mostTogether() {
    return mostTogether;
  }

  void beforeRead(Runnable fault) {
    beforeRead = fault;
  }

  void aroundPut(Function<Put, Boolean> fault) {
    aroundPut = fault;
  }

  @Override
  public Iterable<String> list(String prefix, String startAfter) {
    beforeRead.run();
    return store.list(prefix, startAfter);
  }

  @Override
  public Optional<Map<String, String>> metadata(String key) {
    beforeRead.run();
    return store.metadata(key);
  }

  @Override
  public boolean putIfAbsent(String key, Payload payload, Map<String, String> metadata) {
    return aroundPut.apply(() -> store.putIfAbsent(key, payload, metadata));
  }

  /** One after another: faults that count calls hit the same ones each time. */
  @Override
  public void upload(List<Runnable> uploads) {
    mostTogether = Math.max(mostTogether, uploads.size());
    uploads.forEach(Runnable::run);
  }

  @Override
  public void abortUploads(String prefix, Predicate<String> key, Instant before) {
    store.abortUploads(prefix, key, before);
  }

  @Override
  public void delete(String key) {
    store.delete(key);
  }

  @Override
  public void close() {
    store.close();
  }
}
