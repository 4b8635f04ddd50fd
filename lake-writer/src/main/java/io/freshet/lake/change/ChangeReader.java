package io.freshet.lake.change;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.catalyst.InternalRow;

/** Reads the messages of some slices as rows of a table. */
sealed interface ChangeReader extends AutoCloseable
    permits LandedFiles, KafkaMessages, StoredMessages {

  /**
   * The distinct schemas of the messages, the columns that the sink appends included, each with its
   * topic.
   */
  List<TopicSchema> schemas();

  /**
   * @param topic the messages' topic
   * @param schema their schema
   */
  record TopicSchema(String topic, Schema schema) {}

  /**
   * One row of {@link RowDecoder#working}'s schema for each message that is not in quarantine. A
   * TRUNCATE among them fails the action with {@link TruncateFoundException}, one that can't be
   * made a row with {@link BadRecordException}.
   */
  JavaRDD<InternalRow> rows(Target target);

  /**
   * The same rows without a job, where there are few.
   *
   * @return empty if they are to be read by {@link #rows}
   */
  default Optional<List<InternalRow>> fewRows(Target target) {
    return Optional.empty();
  }

  /**
   * The messages that can't be made rows and are not in quarantine yet.
   *
   * @param most how many are enough
   */
  JavaRDD<BadRecord> bad(Target target, int most);

  /**
   * Where reading ended, where that may be behind what was asked for: by Kafka partition the offset
   * after the last message.
   */
  default Map<Integer, Long> ends() {
    return Map.of();
  }

  /** Whether there is little to read, in one partition. */
  boolean isSmall();

  @Override
  void close();
}
