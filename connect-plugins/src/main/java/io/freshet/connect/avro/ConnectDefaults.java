package io.freshet.connect.avro;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Default values as an Avro schema states them. */
final class ConnectDefaults {
  private ConnectDefaults() {}

  /** What Avro's schema classes write as the JSON of a value. */
  static Object json(Schema schema, Object value) {
    if (value == null) {
      return JsonProperties.NULL_VALUE;
    }
    if (value instanceof java.util.Date date) {
      return switch (schema.name()) {
        case Date.LOGICAL_NAME -> Date.fromLogical(schema, date);
        case Time.LOGICAL_NAME -> Time.fromLogical(schema, date);
        default -> Timestamp.fromLogical(schema, date);
      };
    }
    return switch (schema.type()) {
      case INT8, INT16 -> ((Number) value).intValue();
      // JSON has no word for infinity or what is no number.
      case FLOAT32 -> Float.isFinite((Float) value) ? value : value.toString();
      case FLOAT64 -> Double.isFinite((Double) value) ? value : value.toString();
      case BYTES -> new String(bytes(schema, value), StandardCharsets.ISO_8859_1);
      case ARRAY -> list(schema.valueSchema(), (Collection<?>) value);
      case MAP -> map(schema, (Map<?, ?>) value);
      case STRUCT -> struct((Struct) value);
      case INT32, INT64, BOOLEAN, STRING -> value;
    };
  }

  private static byte[] bytes(Schema schema, Object value) {
    if (value instanceof BigDecimal decimal) {
      return Decimal.fromLogical(schema, decimal);
    }
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    return (byte[]) value;
  }

  private static List<Object> list(Schema element, Collection<?> values) {
    List<Object> list = new ArrayList<>();
    values.forEach(value -> list.add(json(element, value)));
    return list;
  }

  private static Object map(Schema schema, Map<?, ?> entries) {
    if (AvroSchemas.hasStringKeys(schema)) {
      Map<String, Object> map = new LinkedHashMap<>();
      entries.forEach((key, value) -> map.put((String) key, json(schema.valueSchema(), value)));
      return map;
    }
    List<Object> list = new ArrayList<>();
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      list.add(
          Map.of(
              "key", json(schema.keySchema(), entry.getKey()),
              "value", json(schema.valueSchema(), entry.getValue())));
    }
    return list;
  }

  private static Map<String, Object> struct(Struct struct) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Field field : struct.schema().fields()) {
      fields.put(field.name(), json(field.schema(), struct.get(field)));
    }
    return fields;
  }
}
