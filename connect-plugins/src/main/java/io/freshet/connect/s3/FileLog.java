package io.freshet.connect.s3;

import io.freshet.schemas.LandingKey;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/** A log whose every step is one file, at the key of its position. */
final class FileLog extends LandingLog {
  /** S3-compatible stores list temporary files whose names go on after the extension. */
  private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]+(\\.[a-z0-9]+)*");

  private final String extension;

  /**
   * @param extension of the files' names, without its dot
   */
  FileLog(ObjectStore store, String topicsDir, String extension) {
    super(store, topicsDir);
    this.extension = extension;
  }

  @Override
  String prefix(TopicPartition partition) {
    return LandingKey.prefix(topicsDir, partition.topic(), partition.partition());
  }

  @Override
  String key(TopicPartition partition, long position) {
    return new LandingKey(topicsDir, partition.topic(), partition.partition(), position, extension)
        .key();
  }

  /** Of whatever format: a chain goes on in the one that it was begun in. */
  @Override
  boolean isStep(String key) {
    try {
      return EXTENSION.matcher(LandingKey.parse(topicsDir, key).extension()).matches();
    } catch (IllegalArgumentException foreign) {
      return false;
    }
  }

  @Override
  boolean isOfThisKind(String key) {
    return LandingKey.parse(topicsDir, key).extension().equals(extension);
  }

  @Override
  Outcome land(SealedFiles files) {
    SealedFile file = files.files().get(0);
    return putStep(key(files.partition(), files.position()), file, file.metadata());
  }

  @Override
  LandingLog other() {
    return new CommitLog(store, topicsDir, extension);
  }
}
