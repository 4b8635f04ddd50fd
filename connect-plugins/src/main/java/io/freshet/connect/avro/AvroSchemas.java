package io.freshet.connect.avro;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.AvroTypeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Translates one Connect schema to Avro, by the conventions of the Avro converters of Confluent and
 * Apicurio: what Avro has no word for stands in properties whose names begin with {@code connect.}.
 */
final class AvroSchemas {
  private static final String NAMESPACE = "io.confluent.connect.avro";
  private static final String UNNAMED_RECORD = NAMESPACE + ".ConnectDefault";
  private static final String MAP_ENTRY = "MapEntry";
  private static final String PRECISION = "connect.decimal.precision";
  private static final int UNKNOWN_PRECISION = 64;

  /** Every record by its full name; null while its fields are being made. */
  private final Map<String, Schema> records = new HashMap<>();

  /** A field that has no place in a record yet. */
  private record Part(String name, Schema schema, Object defaultValue) {
    Schema.Field field() {
      try {
        return new Schema.Field(name, schema, null, defaultValue);
      } catch (AvroTypeException notInAvro) {
        // Such as a default inside of a default that isn't its union's first branch.
        return new Schema.Field(name, schema);
      }
    }
  }

  /**
   * Whether null is the first branch of an optional schema's union: a default's branch comes first.
   */
  static boolean isNullFirst(org.apache.kafka.connect.data.Schema schema) {
    return schema.defaultValue() == null;
  }

  /** Whether a map's keys are those of an Avro map. */
  static boolean hasStringKeys(org.apache.kafka.connect.data.Schema map) {
    return map.keySchema().type() == org.apache.kafka.connect.data.Schema.Type.STRING
        && !map.keySchema().isOptional();
  }

  /**
   * The Avro schema of a schema's values that are not null.
   *
   * @throws org.apache.avro.SchemaParseException if a field's name can't be one in Avro
   */
  Schema required(org.apache.kafka.connect.data.Schema connect) {
    if (connect.type() == org.apache.kafka.connect.data.Schema.Type.STRUCT) {
      return struct(connect);
    }
    Schema avro =
        switch (connect.type()) {
          case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
          case INT8, INT16 -> narrow(connect);
          case INT32 -> Schema.create(Schema.Type.INT);
          case INT64 -> Schema.create(Schema.Type.LONG);
          case FLOAT32 -> Schema.create(Schema.Type.FLOAT);
          case FLOAT64 -> Schema.create(Schema.Type.DOUBLE);
          case STRING -> Schema.create(Schema.Type.STRING);
          case BYTES -> Schema.create(Schema.Type.BYTES);
          case ARRAY -> Schema.createArray(of(connect.valueSchema()));
          case MAP ->
              hasStringKeys(connect)
                  ? Schema.createMap(of(connect.valueSchema()))
                  : Schema.createArray(mapEntry(connect));
          case STRUCT -> throw new IllegalStateException("made above");
        };
    describe(avro, connect);
    logicalType(connect).ifPresent(type -> type.addToSchema(avro));
    return avro;
  }

  private Schema of(org.apache.kafka.connect.data.Schema connect) {
    Schema required = required(connect);
    if (!connect.isOptional()) {
      return required;
    }
    Schema none = Schema.create(Schema.Type.NULL);
    return isNullFirst(connect)
        ? Schema.createUnion(none, required)
        : Schema.createUnion(required, none);
  }

  private static Schema narrow(org.apache.kafka.connect.data.Schema connect) {
    Schema avro = Schema.create(Schema.Type.INT);
    avro.addProp("connect.type", connect.type().getName());
    return avro;
  }

  private Schema struct(org.apache.kafka.connect.data.Schema connect) {
    String name = connect.name() == null ? UNNAMED_RECORD : avroName(connect.name());
    boolean first = reserve(name);
    List<Part> parts = new ArrayList<>();
    for (Field field : connect.fields()) {
      org.apache.kafka.connect.data.Schema type = field.schema();
      Object defaultValue =
          type.defaultValue() == null && !type.isOptional()
              ? null
              : ConnectDefaults.json(type, type.defaultValue());
      parts.add(new Part(field.name(), of(type), defaultValue));
    }
    return record(name, first, parts, avro -> describe(avro, connect));
  }

  private Schema mapEntry(org.apache.kafka.connect.data.Schema map) {
    String name = map.name() == null ? NAMESPACE + "." + MAP_ENTRY : avroName(map.name());
    boolean first = reserve(name);
    List<Part> parts =
        List.of(
            new Part("key", of(map.keySchema()), null),
            new Part("value", of(map.valueSchema()), null));
    return record(
        name,
        first,
        parts,
        avro -> {
          if (!avro.getFullName().equals(NAMESPACE + "." + MAP_ENTRY)) {
            avro.addProp("connect.internal.type", MAP_ENTRY);
          }
        });
  }

  /** Holds a name for a record whose fields are made first; false: it is taken. */
  private boolean reserve(String name) {
    if (records.containsKey(name)) {
      return false;
    }
    records.put(name, null);
    return true;
  }

  /** Connect lets two schemas share a name, Avro doesn't: an unequal one gets a number. */
  private Schema record(
      String name, boolean first, List<Part> parts, Consumer<Schema> description) {
    for (int number = 1; ; number++) {
      String candidate = number == 1 ? name : name + "_" + number;
      Schema record = Schema.createRecord(candidate, null, null, false);
      record.setFields(parts.stream().map(Part::field).toList());
      description.accept(record);
      if (number == 1 && first || !records.containsKey(candidate)) {
        records.put(candidate, record);
        return record;
      }
      if (record.equals(records.get(candidate))) {
        return records.get(candidate);
      }
    }
  }

  private static void describe(Schema avro, org.apache.kafka.connect.data.Schema connect) {
    if (connect.doc() != null) {
      avro.addProp("connect.doc", connect.doc());
    }
    if (connect.version() != null) {
      avro.addProp("connect.version", connect.version());
    }
    if (connect.parameters() != null && !connect.parameters().isEmpty()) {
      avro.addProp("connect.parameters", connect.parameters());
    }
    if (connect.defaultValue() != null) {
      avro.addProp("connect.default", ConnectDefaults.json(connect, connect.defaultValue()));
    }
    if (connect.name() != null) {
      avro.addProp("connect.name", connect.name());
    }
  }

  private static Optional<LogicalType> logicalType(org.apache.kafka.connect.data.Schema connect) {
    if (connect.name() == null) {
      return Optional.empty();
    }
    return switch (connect.name()) {
      case Date.LOGICAL_NAME -> Optional.of(LogicalTypes.date());
      case Time.LOGICAL_NAME -> Optional.of(LogicalTypes.timeMillis());
      case Timestamp.LOGICAL_NAME -> Optional.of(LogicalTypes.timestampMillis());
      case Decimal.LOGICAL_NAME -> decimal(connect.parameters());
      default -> Optional.empty();
    };
  }

  private static Optional<LogicalType> decimal(Map<String, String> parameters) {
    int scale = Integer.parseInt(parameters.get(Decimal.SCALE_FIELD));
    String precision = parameters.get(PRECISION);
    int digits =
        precision == null ? Math.max(UNKNOWN_PRECISION, scale) : Integer.parseInt(precision);
    // Avro knows no negative scale, nor one beyond the precision; connect.name still tells.
    return scale < 0 || digits < scale
        ? Optional.empty()
        : Optional.of(LogicalTypes.decimal(digits, scale));
  }

  /** A name that Avro allows; the schema's own stays in {@code connect.name}. */
  private static String avroName(String connect) {
    return connect.replaceAll("[^A-Za-z0-9_.]", "_").replaceAll("(^|\\.)(?=[0-9.]|$)", "$1_");
  }
}
