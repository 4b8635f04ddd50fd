package io.freshet.connect.s3;

import io.freshet.connect.avro.FileKind;
import io.freshet.schemas.LandingMetadata;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * Complete files that wait to be landed as one step of the log.
 *
 * @param position where the log ends without them
 * @param next where it ends with them
 * @param writer identity of this upload attempt
 * @param files one or more; the files beside a data file follow it
 */
record SealedFiles(
    TopicPartition partition, long position, long next, UUID writer, List<SealedFile> files)
    implements AutoCloseable {

  /** Records in the data files. */
  long records() {
    return data().mapToLong(file -> file.metadata().records()).sum();
  }

  private Stream<SealedFile> data() {
    return files.stream().filter(file -> file.kind() == FileKind.DATA);
  }

  long length() {
    return files.stream().mapToLong(SealedFile::length).sum();
  }

  /** What the step says of itself, all its files taken together. */
  LandingMetadata metadata() {
    if (data().count() == 1) {
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
