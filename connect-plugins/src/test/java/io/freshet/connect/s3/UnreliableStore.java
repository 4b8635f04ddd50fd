package io.freshet.connect.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;

/**
 * A store between which and its user anything may happen: calls fail before or after they took
 * effect, the client's own retry meets the effect of its first attempt, and puts arrive long after
 * everybody gave them up.
 */
final class UnreliableStore implements ObjectStore {
  private final ObjectStore store;
  private final Random random;
  private final List<Runnable> underWay = new ArrayList<>();
  private double faults;

  UnreliableStore(ObjectStore store, Random random) {
    this.store = store;
    this.random = random;
  }

  /**
   * @param probability of a call to go wrong
   */
  void faults(double probability) {
    faults = probability;
  }

  /** Some of the puts that are still under way arrive. */
  void arrive(boolean all) {
    for (Runnable put : List.copyOf(underWay)) {
      if (all || random.nextBoolean()) {
        underWay.remove(put);
        put.run();
      }
    }
  }

  private boolean fails() {
    return random.nextDouble() < faults;
  }

  private void maybeFail(String doing) {
    if (fails()) {
      if (random.nextInt(20) == 0) {
        throw new ConnectException(doing + ": refused");
      }
      throw new RetriableException(doing + ": no answer");
    }
  }

  @Override
  public Iterable<String> list(String prefix, String startAfter) {
    maybeFail("list " + prefix);
    return store.list(prefix, startAfter);
  }

  @Override
  public Optional<Map<String, String>> metadata(String key) {
    maybeFail("read " + key);
    return store.metadata(key);
  }

  @Override
  public boolean putIfAbsent(String key, Payload payload, Map<String, String> metadata) {
    maybeFail("put " + key);
    if (!fails()) {
      return store.putIfAbsent(key, payload, metadata);
    }
    switch (random.nextInt(3)) {
      case 0 -> {
        store.putIfAbsent(key, payload, metadata);
        throw new RetriableException("put " + key + ": the answer was lost");
      }
      case 1 -> {
        // What the SDK's own retry does after a lost answer.
        store.putIfAbsent(key, payload, metadata);
        return store.putIfAbsent(key, payload, metadata);
      }
      default -> {
        Payload copy = copy(payload);
        underWay.add(() -> store.putIfAbsent(key, copy, metadata));
        throw new RetriableException("put " + key + ": timed out, and may still arrive");
      }
    }
  }

  private static Payload copy(Payload payload) {
    byte[] bytes;
    try (InputStream in = payload.open(0, payload.length())) {
      bytes = in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return new Payload() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public InputStream open(long from, long length) {
        return new ByteArrayInputStream(bytes, (int) from, (int) length);
      }
    };
  }

  /** One after another, in an order of their own. */
  @Override
  public void upload(List<Runnable> uploads) {
    List<Runnable> order = new ArrayList<>(uploads);
    Collections.shuffle(order, random);
    order.forEach(Runnable::run);
  }

  @Override
  public void abortUploads(String prefix, Predicate<String> key, Instant before) {
    store.abortUploads(prefix, key, before);
  }

  @Override
  public void delete(String key) {
    maybeFail("delete " + key);
    store.delete(key);
  }

  @Override
  public void close() {}
}
