package io.freshet.connect.s3;

import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * The files of one partition that still take records. They are landed together: of the records
 * between the log's end and what is consumed, none is outside of them.
 */
final class OpenFiles implements AutoCloseable {
  /** Begins a file. */
  @FunctionalInterface
  interface Opener {
    OpenFile open(String path, LandedSchema schema);
  }

  private final Map<Slot, OpenFile> files = new LinkedHashMap<>();
  private final Opener opener;
  private final long openedAt;
  private long appendedAt;
  private String lastPath;
  private LandedSchema lastSchema;
  private OpenFile lastFile;

  /**
   * @param now milliseconds since the epoch
   */
  OpenFiles(Opener opener, long now) {
    this.opener = opener;
    this.openedAt = now;
    this.appendedAt = now;
  }

  int count() {
    return files.size();
  }

  /** Bytes of the files so far. */
  long bytes() {
    return files.values().stream().mapToLong(OpenFile::bytes).sum();
  }

  /** Whether there is a file of this folder and schema. */
  boolean has(String path, LandedSchema schema) {
    return isLast(path, schema) || files.containsKey(new Slot(path, schema.id()));
  }

  /** Whether they are those of the record before, as they mostly are. */
  private boolean isLast(String path, LandedSchema schema) {
    return schema == lastSchema && path.equals(lastPath);
  }

  boolean hasPath(String path) {
    return files.keySet().stream().anyMatch(slot -> slot.path().equals(path));
  }

  /**
   * Appends a record to the file of its slot.
   *
   * @param timestamp the record's Kafka timestamp, milliseconds since the epoch
   * @param now about the present, milliseconds since the epoch
   * @return that file
   */
  OpenFile append(String path, EncodedRecord record, long offset, long timestamp, long now) {
    if (isLast(path, record.schema())) {
      lastFile.append(record, offset, timestamp);
    } else {
      Slot slot = new Slot(path, record.schema().id());
      OpenFile file = files.get(slot);
      if (file == null) {
        file = first(opener.open(path, record.schema()), record, offset, timestamp);
        files.put(slot, file);
      } else {
        file.append(record, offset, timestamp);
      }
      lastPath = path;
      lastSchema = record.schema();
      lastFile = file;
    }
    appendedAt = Math.max(appendedAt, now);
    return lastFile;
  }

  /** A file whose first record is refused was never opened: an empty one must not be landed. */
  private static OpenFile first(OpenFile file, EncodedRecord record, long offset, long timestamp) {
    try {
      file.append(record, offset, timestamp);
      return file;
    } catch (RuntimeException refused) {
      file.close();
      throw refused;
    }
  }

  /**
   * Completes the files.
   *
   * @param position where the log ends
   * @param next position after them
   */
  SealedFiles seal(TopicPartition partition, long position, long next) {
    UUID writer = UUID.randomUUID();
    List<SealedFile> sealed =
        files.values().stream().flatMap(file -> file.seal(next, writer).stream()).toList();
    forget();
    return new SealedFiles(partition, position, next, writer, sealed);
  }

  /** When the first record was buffered, milliseconds since the epoch. */
  long openedAt() {
    return openedAt;
  }

  /** When the last record was buffered, milliseconds since the epoch. */
  long appendedAt() {
    return appendedAt;
  }

  @Override
  public void close() {
    files.values().forEach(OpenFile::close);
    forget();
  }

  private void forget() {
    files.clear();
    lastPath = null;
    lastSchema = null;
    lastFile = null;
  }
}
