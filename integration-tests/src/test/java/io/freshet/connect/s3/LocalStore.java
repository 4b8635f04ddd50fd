package io.freshet.connect.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A store that reads every object's bytes, and writes them to one local file, the next object over
 * the last, or nowhere.
 */
final class LocalStore implements ObjectStore {
  private final Optional<Path> file;

  LocalStore(Optional<Path> file) {
    this.file = file;
  }

  @Override
  public boolean putIfAbsent(String key, Payload payload, Map<String, String> metadata) {
    try (InputStream in = payload.open(0, payload.length());
        OutputStream out =
            file.isPresent()
                ? Files.newOutputStream(file.get())
                : OutputStream.nullOutputStream()) {
      byte[] buffer = new byte[64 * 1024];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
      return true;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public Iterable<String> list(String prefix, String startAfter) {
    return List.of();
  }

  @Override
  public Optional<Map<String, String>> metadata(String key) {
    return Optional.empty();
  }

  @Override
  public void upload(List<Runnable> uploads) {
    uploads.forEach(Runnable::run);
  }

  @Override
  public void abortUploads(String prefix, Predicate<String> key, Instant before) {}

  @Override
  public void delete(String key) {}

  @Override
  public void close() {}
}
