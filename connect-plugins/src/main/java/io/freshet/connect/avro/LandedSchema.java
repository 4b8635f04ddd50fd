package io.freshet.connect.avro;

import io.freshet.schemas.ChangeColumns;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * The schema that a file is written with: a message's own, with the change columns {@link
 * ChangeColumns#OFFSET} and {@link ChangeColumns#KAFKA_TIMESTAMP}, and those that were asked for,
 * after its fields. Since an encoded record is its fields' bytes one after another, an encoded
 * message becomes a row of this schema by appending the columns' bytes to it.
 */
public final class LandedSchema {
  private static final String WRAPPER_NAME = "Value";
  private static final String WRAPPER_FIELD = "value";

  private static final LandedSchema NONE =
      of(new SchemaId(SchemaId.Kind.NONE, 0), Schema.create(Schema.Type.NULL));

  private final SchemaId id;
  private final Schema message;
  private final List<Column> columns;
  private final Schema written;
  private final BodySkipper body;
  private byte[] json;

  /** A column after the Kafka timestamp. */
  record Column(String name, Schema schema) {}

  private LandedSchema(
      SchemaId id, Schema message, List<Column> columns, Schema written, BodySkipper body) {
    this.id = id;
    this.message = message;
    this.columns = List.copyOf(columns);
    this.written = written;
    this.body = body;
  }

  /**
   * @param id the message schema's identity
   * @param message the message schema; one that is no record is landed as the one field {@code
   *     value} of a record
   * @throws IllegalArgumentException if the message already has a field with an appended one's name
   */
  public static LandedSchema of(SchemaId id, Schema message) {
    return of(id, message, List.of());
  }

  /**
   * @param id identity of the message schema together with the columns
   * @param message see {@link #of(SchemaId, Schema)}
   * @param columns what follows the Kafka timestamp; types in them whose names the message gives to
   *     other types are renamed
   * @throws IllegalArgumentException if the message already has a field with an appended one's name
   */
  static LandedSchema of(SchemaId id, Schema message, List<Column> columns) {
    List<Schema.Field> fields = new ArrayList<>();
    Schema written;
    if (message.getType() == Schema.Type.RECORD) {
      // A record that contains itself keeps its inner name; two types can't share one.
      String name = message.getName() + (containsItself(message) ? "_landed" : "");
      written =
          Schema.createRecord(name, message.getDoc(), message.getNamespace(), message.isError());
      written.addAllProps(message);
      message.getFields().forEach(f -> fields.add(Fields.copy(f, f.schema())));
    } else {
      written = Schema.createRecord(WRAPPER_NAME, null, "io.freshet.landed", false);
      fields.add(new Schema.Field(WRAPPER_FIELD, message));
    }
    List<String> names =
        Stream.concat(
                Stream.of(ChangeColumns.OFFSET, ChangeColumns.KAFKA_TIMESTAMP),
                columns.stream().map(Column::name))
            .toList();
    for (String appended : names) {
      if (fields.stream().anyMatch(field -> field.name().equals(appended))) {
        throw new IllegalArgumentException(
            "schema %s (%s) already has a field '%s', which the landing log appends; rename or drop"
                    .formatted(message.getFullName(), id, appended)
                + " it with a transform at the source");
      }
    }
    fields.add(new Schema.Field(ChangeColumns.OFFSET, Schema.create(Schema.Type.LONG)));
    fields.add(
        new Schema.Field(
            ChangeColumns.KAFKA_TIMESTAMP,
            LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG))));
    written.setFields(withColumns(written, fields, columns));
    return new LandedSchema(id, message, columns, written, BodySkipper.compile(message));
  }

  private static List<Schema.Field> withColumns(
      Schema written, List<Schema.Field> fields, List<Column> columns) {
    if (columns.isEmpty()) {
      return fields;
    }
    NamedTypes types = new NamedTypes();
    types.reserve(written.getFullName());
    fields.forEach(field -> types.add(field.schema()));
    for (Column column : columns) {
      fields.add(new Schema.Field(column.name(), types.adopt(column.schema())));
    }
    return fields;
  }

  /**
   * What stands for a schema where records of all schemas share a file, since their format needs
   * none: JSON lines and raw bytes. Its message schema is Avro's null.
   */
  public static LandedSchema none() {
    return NONE;
  }

  private static boolean containsItself(Schema record) {
    Set<String> seen = new HashSet<>();
    return record.getFields().stream()
        .anyMatch(field -> mentions(field.schema(), record.getFullName(), seen));
  }

  private static boolean mentions(Schema schema, String name, Set<String> seen) {
    return switch (schema.getType()) {
      case RECORD ->
          schema.getFullName().equals(name)
              || (seen.add(schema.getFullName())
                  && schema.getFields().stream().anyMatch(f -> mentions(f.schema(), name, seen)));
      case UNION -> schema.getTypes().stream().anyMatch(branch -> mentions(branch, name, seen));
      case ARRAY -> mentions(schema.getElementType(), name, seen);
      case MAP -> mentions(schema.getValueType(), name, seen);
      default -> false;
    };
  }

  /** Identity of the message's schema in the registry. */
  public SchemaId id() {
    return id;
  }

  /** The schema that the bytes of an {@link EncodedRecord} are a datum of. */
  public Schema message() {
    return message;
  }

  /** What follows the Kafka timestamp. */
  List<Column> columns() {
    return columns;
  }

  /** The file's schema: the message's fields, then the appended ones. */
  public Schema written() {
    return written;
  }

  /** {@link #written()} as JSON in UTF-8, made once: every file's header has it. */
  byte[] json() {
    if (json == null) {
      json = written.toString().getBytes(StandardCharsets.UTF_8);
    }
    return json;
  }

  BodySkipper body() {
    return body;
  }
}
