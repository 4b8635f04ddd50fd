package io.freshet.connect.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/** A bucket in memory that keeps S3's promises: strongly consistent lists, conditional puts. */
final class MemoryBucket implements ObjectStore, TestBucket {
  private record Stored(byte[] bytes, Map<String, String> metadata) {}

  private final NavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();

  @Override
  public Iterable<String> list(String prefix, String startAfter) {
    String from = startAfter.compareTo(prefix) > 0 ? startAfter : prefix;
    return objects.tailMap(from, false).keySet().stream()
        .takeWhile(key -> key.startsWith(prefix))
        .toList();
  }

  @Override
  public Optional<Map<String, String>> metadata(String key) {
    return Optional.ofNullable(objects.get(key)).map(Stored::metadata);
  }

  @Override
  public boolean putIfAbsent(String key, Payload payload, Map<String, String> metadata) {
    return objects.putIfAbsent(key, new Stored(bytes(payload), Map.copyOf(metadata))) == null;
  }

  private static byte[] bytes(Payload payload) {
    try (InputStream in = payload.open(0, payload.length())) {
      byte[] bytes = in.readAllBytes();
      if (bytes.length != payload.length()) {
        throw new AssertionError(payload.length() + " bytes were promised, not " + bytes.length);
      }
      return bytes;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public void upload(List<Runnable> uploads) {
    uploads.forEach(Runnable::run);
  }

  /** A put is whole at once. */
  @Override
  public void abortUploads(String prefix, Predicate<String> key, Instant before) {}

  @Override
  public void delete(String key) {
    objects.remove(key);
  }

  @Override
  public List<String> keys(String prefix) {
    return objects.tailMap(prefix).keySet().stream()
        .takeWhile(key -> key.startsWith(prefix))
        .toList();
  }

  @Override
  public byte[] read(String key) {
    Stored stored = objects.get(key);
    if (stored == null) {
      throw new AssertionError("there is no object " + key);
    }
    return stored.bytes();
  }

  @Override
  public Map<String, String> metadataOf(String key) {
    return metadata(key).orElseThrow();
  }

  /** The bucket outlives those who use it. */
  @Override
  public void close() {}
}
