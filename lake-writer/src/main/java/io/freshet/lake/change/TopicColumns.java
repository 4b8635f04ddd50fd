package io.freshet.lake.change;

import io.freshet.lake.config.BareNumeric;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What columns a topic's messages would make, told from their schema alone. */
public final class TopicColumns {
  private TopicColumns() {}

  /**
   * The columns of a table that these messages alone would make.
   *
   * @param value the messages' schema in the registry
   * @param topic for the error's text
   * @param keys key columns
   * @param bare how the table stores decimals of any size
   * @throws io.freshet.lake.LakeException if no table can be made of such messages
   */
  public static StructType of(Schema value, String topic, List<String> keys, BareNumeric bare) {
    return new ChangeSchema(KafkaMessages.landed(value.toString()), topic, column -> bare)
        .tableSchema(keys);
  }

  /**
   * The columns of a table: those of its source, and behind them those that describe the change.
   */
  public static StructType withChange(StructType source) {
    StructType columns = source;
    for (StructField column : ChangeSchema.changeColumns()) {
      columns = columns.add(column);
    }
    return columns;
  }
}
