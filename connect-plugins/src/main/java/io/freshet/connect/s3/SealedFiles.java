package io.freshet.connect.s3;

import io.freshet.schemas.LandingMetadata;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * Complete files that wait to be landed as one step of the log.
 *
 * @param position where the log ends without them
 * @param next where it ends with them
 * @param writer identity of this upload attempt
 * @param files one or more
 */
record SealedFiles(
    TopicPartition partition, long position, long next, UUID writer, List<SealedFile> files)
    implements AutoCloseable {

  long records() {
    return files.stream().mapToLong(file -> file.metadata().records()).sum();
  }

  long length() {
    return files.stream().mapToLong(SealedFile::length).sum();
  }

  /** What the step says of itself, all its files taken together. */
  LandingMetadata metadata() {
    if (files.size() == 1) {
      return files.get(0).metadata();
    }
    return new LandingMetadata(
        next,
        records(),
        LandingMetadata.NO_SCHEMA_ID,
        writer,
        files.stream().mapToLong(file -> file.metadata().firstTimestamp()).min().orElse(-1),
        files.stream().mapToLong(file -> file.metadata().lastTimestamp()).max().orElse(-1));
  }

  @Override
  public void close() {
    files.forEach(SealedFile::close);
  }
}
