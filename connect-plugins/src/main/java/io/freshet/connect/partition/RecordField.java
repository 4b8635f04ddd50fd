package io.freshet.connect.partition;

import io.freshet.connect.avro.BadRecordException;
import io.freshet.connect.avro.BodyField;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.RecordEncoder;
import io.freshet.connect.avro.SchemaId;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/** One field of the records' values, in whatever form they come. Used by one thread. */
final class RecordField {
  private final String name;
  private final List<String> path;
  private final Optional<? extends RecordEncoder> messages;
  private final Map<LandedSchema, BodyField> inBodies = new IdentityHashMap<>();

  /**
   * @param name the field's name; a dot leads into a record
   * @param messages reader of Avro messages that are landed in another form; absent: none are read
   */
  RecordField(String name, Optional<? extends RecordEncoder> messages) {
    this.name = name;
    this.messages = messages;
    this.path = List.of(name.split("\\.", -1));
  }

  String name() {
    return name;
  }

  /**
   * Reads the field.
   *
   * @return empty if it, or a record around it, is null
   * @throws BadRecordException if there is no such field, or it can't be part of a path
   */
  Optional<FieldValue> read(SinkRecord record, EncodedRecord encoded) {
    if (record.value() instanceof Struct struct) {
      return inStruct(record, struct);
    }
    if (record.value() instanceof Map<?, ?> map && record.valueSchema() == null) {
      return inMap(record, map);
    }
    return inBody(record, isAvro(encoded) ? encoded : message(record));
  }

  private static boolean isAvro(EncodedRecord encoded) {
    return encoded.schema().id().kind() != SchemaId.Kind.NONE;
  }

  private EncodedRecord message(SinkRecord record) {
    if (!(record.value() instanceof byte[])) {
      throw missing(record, "it is a " + record.value().getClass().getSimpleName());
    }
    return messages
        .orElseThrow(
            () ->
                new ConnectException(
                    "%s-%d, offset %d: the value came as bytes, in which the field '%s' can't be found"
                            .formatted(
                                record.originalTopic(),
                                record.originalKafkaPartition(),
                                record.originalKafkaOffset(),
                                name)
                        + " without the registry; set registry.url if they are Avro, or the"
                        + " value.converter that reads them"))
        .encode(record);
  }

  private Optional<FieldValue> inStruct(SinkRecord record, Struct value) {
    Struct around = value;
    for (int i = 0; ; i++) {
      Field field = around.schema().field(path.get(i));
      if (field == null) {
        throw missing(
            record,
            "schema %s has the fields %s"
                .formatted(
                    around.schema().name(),
                    around.schema().fields().stream().map(Field::name).toList()));
      }
      Object inner = around.get(field);
      if (inner == null) {
        return Optional.empty();
      }
      if (i == path.size() - 1) {
        return Optional.of(
            FieldValues.ofConnect(field.schema(), inner)
                .orElseThrow(() -> unfit(record, field.schema().type().getName())));
      }
      if (!(inner instanceof Struct next)) {
        throw missing(record, "'" + path.get(i) + "' is no record");
      }
      around = next;
    }
  }

  private Optional<FieldValue> inMap(SinkRecord record, Map<?, ?> value) {
    Map<?, ?> around = value;
    for (int i = 0; ; i++) {
      if (!around.containsKey(path.get(i))) {
        throw missing(record, "the value has no schema, and the fields " + around.keySet());
      }
      Object inner = around.get(path.get(i));
      if (inner == null) {
        return Optional.empty();
      }
      if (i == path.size() - 1) {
        return Optional.of(
            FieldValues.ofSchemaless(inner)
                .orElseThrow(() -> unfit(record, inner.getClass().getSimpleName())));
      }
      if (!(inner instanceof Map<?, ?> next)) {
        throw missing(record, "'" + path.get(i) + "' is no record");
      }
      around = next;
    }
  }

  private Optional<FieldValue> inBody(SinkRecord record, EncodedRecord encoded) {
    LandedSchema schema = encoded.schema();
    BodyField field = inBodies.get(schema);
    if (field == null) {
      field =
          BodyField.find(schema.message(), path)
              .orElseThrow(() -> missing(record, fieldsOf(schema)));
      inBodies.put(schema, field);
    }
    try {
      return field
          .read(encoded.bytes(), encoded.start(), encoded.length())
          .map(
              datum ->
                  FieldValues.ofAvro(datum)
                      .orElseThrow(() -> unfit(record, datum.schema().getType().getName())));
    } catch (IOException malformed) {
      throw new BadRecordException(
          record,
          "field '%s' can't be read: %s".formatted(name, malformed.getMessage()),
          malformed);
    }
  }

  private static String fieldsOf(LandedSchema schema) {
    return "schema %s (%s) %s"
        .formatted(
            schema.message().getFullName(),
            schema.id(),
            schema.message().getType() == org.apache.avro.Schema.Type.RECORD
                ? "has the fields "
                    + schema.message().getFields().stream()
                        .map(org.apache.avro.Schema.Field::name)
                        .toList()
                : "is no record");
  }

  private BadRecordException missing(SinkRecord record, String found) {
    return new BadRecordException(
        record, "the value has no field '%s' to tell its folder by; %s".formatted(name, found));
  }

  private BadRecordException unfit(SinkRecord record, String type) {
    return new BadRecordException(
        record, "field '%s' is of type %s, which tells no folder".formatted(name, type));
  }
}
