package io.freshet.lake.store;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** What one process knows of the tables' files without asking, because it wrote or read them. */
final class Known {
  /** Larger instants are read each time. */
  static final int LARGEST_INSTANT = 1 << 20;

  /** Larger log files are read from the store, block by block. */
  static final int LARGEST_LOG = 4 << 20;

  private static final long INSTANTS_BYTES = 32L << 20;
  private static final long LOGS_BYTES = 32L << 20;
  private static final long PATHS = 20_000;

  private final Map<String, HeldTable> held = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> markers = new ConcurrentHashMap<>();
  private final Recent<byte[]> completed = new Recent<>(INSTANTS_BYTES, content -> content.length);
  private final Recent<byte[]> logs = new Recent<>(LOGS_BYTES, content -> content.length);
  private final Recent<FileStatus> logFiles = new Recent<>(PATHS, any -> 1);
  private final Recent<Boolean> absent = new Recent<>(PATHS, any -> 1);
  private final Recent<Boolean> partitions = new Recent<>(PATHS, any -> 1);

  void hold(String table) {
    held.compute(
        table,
        (path, known) -> {
          HeldTable now = known == null ? new HeldTable() : known;
          now.hold();
          return now;
        });
  }

  void release(String table) {
    held.computeIfPresent(table, (path, now) -> now.release() ? null : now);
  }

  /** The table that a path is of, if it is held. */
  Optional<HeldTable> held(TablePath path) {
    return Optional.ofNullable(held.get(path.table()));
  }

  /** An instant of a held table, as {@link HeldTable#instant} has it. */
  Optional<Optional<FileStatus>> instant(TablePath at, Path path) {
    return held(at).flatMap(table -> table.instant(path));
  }

  boolean hasMarker(TablePath at) {
    return markers.getOrDefault(at.markers(), Set.of()).contains(at.path());
  }

  boolean hasMarkers(TablePath at) {
    return markers.containsKey(at.path());
  }

  Optional<FileStatus> logFile(TablePath at) {
    return logFiles.get(at.path());
  }

  /** Takes note of a log file that is there. */
  void logFile(TablePath at, FileStatus status) {
    logFiles.put(at.path(), status);
  }

  /**
   * The content of a log file of {@link #LARGEST_LOG} bytes or less. Whoever merges logs opens each
   * of them once for its header and once for each block.
   */
  byte[] log(TablePath at, HeldTable.Question<byte[]> store) throws IOException {
    Optional<byte[]> known = logs.get(at.path());
    if (known.isPresent()) {
      return known.get();
    }
    byte[] content = store.ask();
    logs.put(at.path(), content);
    return content;
  }

  /** Takes note that a log file is not there. */
  void isAbsent(TablePath at) {
    absent.put(at.path(), true);
  }

  /** Whether that was seen, which is said once. */
  boolean wasAbsent(TablePath at) {
    return absent.remove(at.path()).isPresent();
  }

  boolean isPartition(TablePath at) {
    return partitions.get(at.path()).isPresent();
  }

  void partition(TablePath at) {
    partitions.put(at.path(), true);
  }

  /**
   * The content of a completed instant.
   *
   * @return empty if it is too large to be kept
   */
  Optional<byte[]> completed(TablePath at, HeldTable.Question<byte[]> store) throws IOException {
    Optional<byte[]> known = completed.get(at.path());
    if (known.isPresent()) {
      return known;
    }
    byte[] content = store.ask();
    if (content.length > LARGEST_INSTANT) {
      return Optional.empty();
    }
    completed.put(at.path(), content);
    return Optional.of(content);
  }

  /**
   * Takes note of a file that was written.
   *
   * @param content null if it is not at hand
   */
  void written(TablePath at, FileStatus status, byte[] content) {
    switch (at.kind()) {
      case MARKER ->
          markers
              .computeIfAbsent(at.markers(), folder -> ConcurrentHashMap.newKeySet())
              .add(at.path());
      case LOG_FILE -> {
        logFiles.put(at.path(), status);
        logs.remove(at.path());
      }
      case PENDING, COMPLETED -> {
        held(at).ifPresent(table -> table.add(status));
        completed.remove(at.path());
        if (at.kind() == TablePath.Kind.COMPLETED
            && content != null
            && content.length <= LARGEST_INSTANT) {
          completed.put(at.path(), content);
        }
      }
      case PROPERTIES -> held(at).ifPresent(HeldTable::forgetProperties);
      default -> {}
    }
  }

  /** Takes note that something is not what it was. */
  void forget(TablePath at, Path path) {
    switch (at.kind()) {
      case MARKERS -> markers.remove(at.path());
      case PENDING, COMPLETED -> {
        held(at).ifPresent(table -> table.remove(path));
        completed.remove(at.path());
      }
      case LOG_FILE -> {
        logFiles.remove(at.path());
        logs.remove(at.path());
      }
      case PROPERTIES -> held(at).ifPresent(HeldTable::forgetProperties);
      case PARTITION -> partitions.remove(at.path());
      default -> forgetAll(at.path());
    }
  }

  private void forgetAll(String folder) {
    held.forEach(
        (table, known) -> {
          if (TablePath.isIn(table, folder) || TablePath.isIn(folder, table + "/.hoodie")) {
            known.forget();
          }
        });
    logFiles.removeIf(file -> TablePath.isIn(file, folder));
    logs.removeIf(file -> TablePath.isIn(file, folder));
    partitions.removeIf(file -> TablePath.isIn(file, folder));
    completed.removeIf(file -> TablePath.isIn(file, folder));
    markers.keySet().removeIf(file -> TablePath.isIn(file, folder));
  }
}
