package io.freshet.connect.avro;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;

/**
 * Writes the values of one Connect schema in the encoding of the Avro schema that {@link
 * AvroSchemas} makes of it. Compiled once per schema.
 */
@FunctionalInterface
interface ConnectValueWriter {

  /**
   * @throws DataException if the value doesn't fit the schema, naming the field
   * @throws ClassCastException if it is of another type than the schema says
   */
  void write(Object value, BinaryEncoder out) throws IOException;

  /** Writer of a schema's values, as a branch of a union with null where they are optional. */
  static ConnectValueWriter of(Schema schema) {
    ConnectValueWriter required = required(schema);
    if (!schema.isOptional()) {
      return required;
    }
    int nullBranch = AvroSchemas.isNullFirst(schema) ? 0 : 1;
    return (value, out) -> {
      if (value == null) {
        out.writeIndex(nullBranch);
      } else {
        out.writeIndex(1 - nullBranch);
        required.write(value, out);
      }
    };
  }

  /** Writer of a schema's values that are not null. */
  static ConnectValueWriter required(Schema schema) {
    ConnectValueWriter writer = notNull(schema);
    return (value, out) -> {
      if (value == null) {
        throw new DataException("the value is null, but its schema is not optional");
      }
      writer.write(value, out);
    };
  }

  private static ConnectValueWriter notNull(Schema schema) {
    return switch (schema.type()) {
      case BOOLEAN -> (value, out) -> out.writeBoolean((Boolean) value);
      case INT8, INT16 -> (value, out) -> out.writeInt(((Number) value).intValue());
      case INT32 -> ints(schema);
      case INT64 ->
          Timestamp.LOGICAL_NAME.equals(schema.name())
              ? (value, out) ->
                  out.writeLong(
                      value instanceof java.util.Date date
                          ? Timestamp.fromLogical(schema, date)
                          : (Long) value)
              : (value, out) -> out.writeLong((Long) value);
      case FLOAT32 -> (value, out) -> out.writeFloat((Float) value);
      case FLOAT64 -> (value, out) -> out.writeDouble((Double) value);
      case STRING -> (value, out) -> out.writeString((String) value);
      case BYTES -> bytes(schema);
      case ARRAY -> array(of(schema.valueSchema()));
      case MAP -> map(schema);
      case STRUCT -> struct(schema);
    };
  }

  private static ConnectValueWriter ints(Schema schema) {
    if (Date.LOGICAL_NAME.equals(schema.name())) {
      return (value, out) ->
          out.writeInt(
              value instanceof java.util.Date date
                  ? Date.fromLogical(schema, date)
                  : (Integer) value);
    }
    if (Time.LOGICAL_NAME.equals(schema.name())) {
      return (value, out) ->
          out.writeInt(
              value instanceof java.util.Date date
                  ? Time.fromLogical(schema, date)
                  : (Integer) value);
    }
    return (value, out) -> out.writeInt((Integer) value);
  }

  private static ConnectValueWriter bytes(Schema schema) {
    return (value, out) -> {
      if (value instanceof byte[] array) {
        out.writeBytes(array);
      } else if (value instanceof BigDecimal decimal) {
        out.writeBytes(Decimal.fromLogical(schema, decimal));
      } else {
        // Written from a view: the buffer's own position stays.
        out.writeBytes(((ByteBuffer) value).duplicate());
      }
    };
  }

  private static ConnectValueWriter array(ConnectValueWriter element) {
    return (value, out) -> {
      Collection<?> elements = (Collection<?>) value;
      out.writeArrayStart();
      out.setItemCount(elements.size());
      for (Object each : elements) {
        out.startItem();
        element.write(each, out);
      }
      out.writeArrayEnd();
    };
  }

  private static ConnectValueWriter map(Schema schema) {
    ConnectValueWriter key = of(schema.keySchema());
    ConnectValueWriter element = of(schema.valueSchema());
    boolean isMap = AvroSchemas.hasStringKeys(schema);
    return (value, out) -> {
      Map<?, ?> entries = (Map<?, ?>) value;
      // A map and an array of records of key and value have the same encoding.
      if (isMap) {
        out.writeMapStart();
      } else {
        out.writeArrayStart();
      }
      out.setItemCount(entries.size());
      for (Map.Entry<?, ?> entry : entries.entrySet()) {
        out.startItem();
        key.write(entry.getKey(), out);
        element.write(entry.getValue(), out);
      }
      if (isMap) {
        out.writeMapEnd();
      } else {
        out.writeArrayEnd();
      }
    };
  }

  private static ConnectValueWriter struct(Schema schema) {
    Field[] fields = schema.fields().toArray(Field[]::new);
    ConnectValueWriter[] writers = new ConnectValueWriter[fields.length];
    // Struct puts a default in a null's place; where null is a value of its own it is landed.
    boolean[] nullIsNoDefault = new boolean[fields.length];
    for (int i = 0; i < fields.length; i++) {
      Schema type = fields[i].schema();
      writers[i] = of(type);
      nullIsNoDefault[i] = type.isOptional() && type.defaultValue() != null;
    }
    return (value, out) -> {
      Struct struct = (Struct) value;
      for (int i = 0; i < fields.length; i++) {
        try {
          writers[i].write(
              nullIsNoDefault[i]
                  ? struct.getWithoutDefault(fields[i].name())
                  : struct.get(fields[i]),
              out);
        } catch (DataException | ClassCastException unfit) {
          throw new DataException(
              "field '%s': %s".formatted(fields[i].name(), unfit.getMessage()), unfit);
        }
      }
    };
  }
}
