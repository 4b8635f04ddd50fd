package io.freshet.connect.format;

import io.freshet.connect.avro.LandedSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * How the rows of one schema lie in Parquet: as Parquet's own Avro binding has it, with lists in
 * three levels and, since Spark reads no file that has such columns, times of the day as plain
 * integers and UUIDs as texts. The Avro schema, which stands in the footer, tells them apart.
 *
 * @param avro the rows' schema
 * @param columns the same in Parquet
 */
record ParquetShape(Schema avro, MessageType columns) {

  /**
   * @throws IllegalArgumentException if Parquet can't hold such rows, naming the field
   */
  static ParquetShape of(LandedSchema schema) {
    Schema written = schema.written();
    refuse(written, written.getName(), new HashSet<>());
    MessageType columns = new AvroSchemaConverter(configuration()).convert(written);
    return new ParquetShape(
        written, new MessageType(columns.getName(), withoutTimes(columns.getFields())));
  }

  /** Writes rows of this shape. */
  WriteSupport<IndexedRecord> writeSupport() {
    return new AvroWriteSupport<>(columns, avro, GenericData.get());
  }

  static ParquetConfiguration configuration() {
    ParquetConfiguration configuration = new PlainParquetConfiguration();
    // Lists in two levels, the binding's default, have no place for null elements.
    configuration.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    configuration.setBoolean(AvroWriteSupport.WRITE_PARQUET_UUID, false);
    return configuration;
  }

  private static void refuse(Schema schema, String path, Set<String> inside) {
    switch (schema.getType()) {
      case RECORD -> refuseRecord(schema, path, inside);
      case ARRAY -> refuseElement(schema.getElementType(), path + "[]", inside);
      case MAP -> refuseElement(schema.getValueType(), path + "{}", inside);
      case UNION -> {
        if (schema.getTypes().stream().allMatch(ParquetShape::isNull)) {
          throw unfit(path, "can only be null");
        }
        schema.getTypes().forEach(branch -> refuse(branch, path, inside));
      }
      default -> {
        // One column.
      }
    }
  }

  private static void refuseElement(Schema element, String path, Set<String> inside) {
    if (isNull(element)) {
      throw unfit(path, "can only be null");
    }
    refuse(element, path, inside);
  }

  private static void refuseRecord(Schema record, String path, Set<String> inside) {
    if (!inside.add(record.getFullName())) {
      throw unfit(path, "is of the type " + record.getFullName() + ", which contains itself");
    }
    if (record.getFields().stream().allMatch(field -> isNull(field.schema()))) {
      throw unfit(path, "is a record without a field that can have a value");
    }
    record.getFields().stream()
        .filter(field -> !isNull(field.schema()))
        .forEach(field -> refuse(field.schema(), path + "." + field.name(), inside));
    inside.remove(record.getFullName());
  }

  private static boolean isNull(Schema schema) {
    return schema.getType() == Schema.Type.NULL;
  }

  private static IllegalArgumentException unfit(String path, String reason) {
    return new IllegalArgumentException(
        "Parquet can't hold the field %s, which %s; drop it with a transform, or set format.class to avro or json"
            .formatted(path, reason));
  }

  private static List<Type> withoutTimes(List<Type> types) {
    return types.stream().map(ParquetShape::withoutTime).toList();
  }

  private static Type withoutTime(Type type) {
    if (!type.isPrimitive()) {
      GroupType group = type.asGroupType();
      return group.withNewFields(withoutTimes(group.getFields()));
    }
    return type.getLogicalTypeAnnotation() instanceof TimeLogicalTypeAnnotation
        ? Types.primitive(type.asPrimitiveType().getPrimitiveTypeName(), type.getRepetition())
            .named(type.getName())
        : type;
  }
}
