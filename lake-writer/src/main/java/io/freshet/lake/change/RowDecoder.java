package io.freshet.lake.change;

import io.freshet.schemas.ChangeColumns;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** Turns landed messages of one schema into rows of a lake table. */
final class RowDecoder {
  /** One column of the table: how to take it from a message. */
  private interface Column {
    Object of(GenericRecord message, boolean deleted);
  }

  private final Column[] columns;
  private final Schema.Field deleted;

  /**
   * @param landed the messages' schema
   * @param target the table's schema, which {@link SchemaMerge} made from it
   * @param keys key columns, which a delete keeps
   * @param partition Kafka partition that the messages come from
   */
  RowDecoder(Schema landed, String topic, StructType target, List<String> keys, int partition) {
    Map<String, ColumnType> source = new ChangeSchema(landed, topic).sourceColumns();
    this.deleted = landed.getField(ChangeColumns.DELETED);
    this.columns = new Column[target.length()];
    for (int i = 0; i < columns.length; i++) {
      StructField field = target.apply(i);
      columns[i] = column(landed, source, field, keys, partition);
    }
  }

  private Column column(
      Schema landed,
      Map<String, ColumnType> source,
      StructField target,
      List<String> keys,
      int partition) {
    String name = target.name();
    if (name.equals(ChangeColumns.PARTITION)) {
      return (message, gone) -> partition;
    }
    if (name.equals(ChangeColumns.DELETED)) {
      return (message, gone) -> gone;
    }
    Schema.Field field = landed.getField(name);
    if (field == null) {
      return (message, gone) -> null;
    }
    int position = field.pos();
    if (!source.containsKey(name)) {
      return target.dataType().equals(DataTypes.StringType)
          ? (message, gone) -> text(message.get(position))
          : (message, gone) -> message.get(position);
    }
    ColumnType type = source.get(name);
    ColumnType.Converter widen = widening(type.dataType(), target.dataType());
    // A flattened delete fills what it does not know with "" and defaults: never read them.
    boolean kept = keys.contains(name) || ChangeSchema.isChangeColumn(name);
    return (message, gone) -> {
      Object value = gone && !kept ? null : message.get(position);
      return value == null ? null : widen.convert(type.converter().convert(value));
    };
  }

  private static ColumnType.Converter widening(DataType from, DataType to) {
    if (from.equals(to)) {
      return value -> value;
    }
    if (to.equals(DataTypes.LongType)) {
      return value -> ((Integer) value).longValue();
    }
    if (to.equals(DataTypes.DoubleType)) {
      return value -> ((Float) value).doubleValue();
    }
    DecimalType wide = (DecimalType) to;
    return value ->
        Decimal.apply(((Decimal) value).toJavaBigDecimal(), wide.precision(), wide.scale());
  }

  private static Object text(Object value) {
    return value == null ? null : UTF8String.fromString(value.toString());
  }

  /** The table's row for a message. */
  InternalRow row(GenericRecord message) {
    Object mark = message.get(deleted.pos());
    boolean gone = mark != null && Boolean.parseBoolean(mark.toString());
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = columns[i].of(message, gone);
    }
    return new GenericInternalRow(values);
  }
}
