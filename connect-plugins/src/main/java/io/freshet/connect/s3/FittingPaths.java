package io.freshet.connect.s3;

import io.freshet.connect.avro.BadRecordException;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.partition.Partitioner;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.sink.SinkRecord;

/** Lets no path pass that makes a key longer than S3 allows: no retry would ever land its file. */
final class FittingPaths implements Partitioner {
  /** From S3's documentation of object key names: bytes of UTF-8. */
  private static final int MAX_KEY_BYTES = 1_024;

  /** Slashes, partition, position, writer, number and extension in a key's name. */
  private static final int NAME_BYTES = 120;

  private final Partitioner partitioner;
  private final int topicsDirBytes;

  FittingPaths(Partitioner partitioner, String topicsDir) {
    this.partitioner = partitioner;
    this.topicsDirBytes = bytes(topicsDir);
  }

  @Override
  public String path(SinkRecord record, EncodedRecord encoded) {
    String path = partitioner.path(record, encoded);
    int limit = MAX_KEY_BYTES - NAME_BYTES - topicsDirBytes - 2 * record.originalTopic().length();
    // Three bytes are the most that a char takes.
    if (3 * path.length() > limit && bytes(path) > limit) {
      throw new BadRecordException(
          record,
          "its folder's name has %d bytes, but S3's keys leave room for %d; it begins with '%s'"
              .formatted(bytes(path), limit, path.substring(0, Math.min(60, path.length()))));
    }
    return path;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
