package io.freshet.lake.change;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/** Reads the messages of some slices as rows of a table. */
sealed interface ChangeReader extends AutoCloseable permits LandedFiles, KafkaMessages {

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
   * One row of {@link RowDecoder#working}'s schema for each message. A TRUNCATE among them fails
   * the action with {@link TruncateFoundException}.
   */
  JavaRDD<InternalRow> rows(StructType table, List<String> keys, Unavailable unavailable);

  /** Whether there is little to read, in one partition. */
  boolean isSmall();

  @Override
  void close();
}
