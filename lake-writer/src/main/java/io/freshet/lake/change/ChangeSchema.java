package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.BareNumeric;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What the messages of one schema say: the source's columns, and which of the change columns they
 * carry.
 */
final class ChangeSchema {
  private static final Map<String, DataType> CHANGE_TYPES = changeTypes();

  private final MessageShape shape;
  private final Map<String, ColumnType> sourceColumns = new LinkedHashMap<>();

  /**
   * @param landed schema of a landed file
   * @param topic for the error's text
   * @param bare how a column, by its name, stores decimals of any size
   * @throws LakeException if messages of this schema can't be told apart into changes
   */
  ChangeSchema(Schema landed, String topic, Function<String, BareNumeric> bare) {
    this.shape = MessageShape.of(landed, topic);
    for (Schema.Field field : shape.image().getFields()) {
      if (shape.isSourceColumn(field.name())) {
        if (CHANGE_TYPES.containsKey(field.name())) {
          throw new LakeException(
              "column %s of topic %s has the name of one of the lake's own; leave it out with the source connector's column.exclude.list, or rename it"
                  .formatted(field.name(), topic));
        }
        sourceColumns.put(
            field.name(),
            ColumnType.of(topic + "." + field.name(), field.schema(), bare.apply(field.name())));
      }
    }
  }

  MessageShape shape() {
    return shape;
  }

  /** Source columns in the message's order. */
  Map<String, ColumnType> sourceColumns() {
    return sourceColumns;
  }

  /** The lake table's schema as these messages alone would make it: all nullable but the keys. */
  StructType tableSchema(List<String> keys) {
    List<StructField> fields = new ArrayList<>();
    sourceColumns.forEach(
        (name, type) ->
            fields.add(DataTypes.createStructField(name, type.dataType(), !keys.contains(name))));
    fields.addAll(changeColumns());
    return DataTypes.createStructType(fields);
  }

  /** The columns of every lake table that describe the change. */
  static List<StructField> changeColumns() {
    return ChangeColumns.LAKE.stream()
        .map(name -> DataTypes.createStructField(name, CHANGE_TYPES.get(name), true))
        .toList();
  }

  /**
   * Whether landed messages of a schema are tombstones alone, which the sink lands when asked to:
   * the delete was a message of its own before them.
   */
  static boolean hasTombstonesOnly(Schema landed) {
    return landed.getFields().stream().allMatch(ChangeSchema::isAppended);
  }

  /** Whether a landed message is a tombstone among others: null in all that it would say. */
  static boolean isTombstone(GenericRecord message) {
    for (Schema.Field field : message.getSchema().getFields()) {
      if (message.get(field.pos()) != null && !isAppended(field)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAppended(Schema.Field field) {
    return field.name().equals(ChangeColumns.OFFSET)
        || ChangeColumns.LANDING.contains(field.name());
  }

  /** Whether a column describes the change, and so stays where a delete empties the others. */
  static boolean isChangeColumn(String name) {
    return name.startsWith("__");
  }

  private static Map<String, DataType> changeTypes() {
    Map<String, DataType> types = new LinkedHashMap<>();
    for (String name : ChangeColumns.LAKE) {
      types.put(
          name,
          switch (name) {
            case ChangeColumns.LSN, ChangeColumns.SOURCE_TS_MS, ChangeColumns.OFFSET ->
                DataTypes.LongType;
            case ChangeColumns.PARTITION -> DataTypes.IntegerType;
            case ChangeColumns.DELETED -> DataTypes.BooleanType;
            default -> DataTypes.StringType;
          });
    }
    return types;
  }
}
