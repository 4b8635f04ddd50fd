package io.freshet.connect.avro;

import io.freshet.connect.avro.LandedSchema.Column;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/** Schemas of the rows that a value's schema and a key's type make together; each made once. */
final class RowSchemas {
  private static final String NAMESPACE = "io.freshet.landed";

  /** A partition's values before any was seen: a record without fields. */
  static final LandedSchema ABSENT =
      LandedSchema.of(
          new SchemaId(SchemaId.Kind.DECODED, -1),
          Schema.createRecord("Tombstone", null, NAMESPACE, false, List.of()));

  /**
   * The schemas of one row.
   *
   * @param data of the data file
   * @param keys of the file of the keys beside it; null: there is none
   * @param headers of the file of the headers beside it; null: there is none
   */
  record Row(LandedSchema data, LandedSchema keys, LandedSchema headers) {}

  private final boolean nullable;
  private final Place keysAt;
  private final Place headersAt;
  private final Map<LandedSchema, NullableFields> nullables = new IdentityHashMap<>();
  private final Map<LandedSchema, Map<NullableType, Row>> rows = new IdentityHashMap<>();
  private int variants;

  /**
   * @param nullable whether every field of the landed values is nullable
   * @param keysAt where keys are landed
   * @param headersAt where headers are landed
   */
  RowSchemas(boolean nullable, Place keysAt, Place headersAt) {
    this.nullable = nullable;
    this.keysAt = keysAt;
    this.headersAt = headersAt;
  }

  /** A value's fields, made nullable. */
  NullableFields nullable(LandedSchema value) {
    return nullables.computeIfAbsent(value, schema -> NullableFields.of(schema.message()));
  }

  /**
   * @param value schema of the value as its encoder made it
   * @param key type of the key; any if keys are not landed
   * @throws BadRecordException if the value has a field with a column's name
   */
  Row row(SinkRecord record, LandedSchema value, NullableType key) {
    Map<NullableType, Row> ofValue = rows.computeIfAbsent(value, any -> new IdentityHashMap<>());
    Row row = ofValue.get(key);
    if (row == null) {
      try {
        row = make(value, key);
      } catch (IllegalArgumentException taken) {
        throw new BadRecordException(record, taken.getMessage(), taken);
      }
      ofValue.put(key, row);
    }
    return row;
  }

  private Row make(LandedSchema value, NullableType key) {
    boolean hasFields = value.id().kind() != SchemaId.Kind.NONE;
    variants++;
    // A format that needs no schema of the values needs none of the columns after them.
    boolean shared = !hasFields && keysAt != Place.FILE;
    SchemaId id = new SchemaId(value.id().kind(), value.id().id(), shared ? 0 : variants);
    Schema message = nullable && hasFields ? nullable(value).schema() : value.message();
    List<Column> columns = new ArrayList<>();
    Column keys = new Column(ChangeColumns.KEY, key.schema());
    Column headers = new Column(ChangeColumns.HEADERS, HeadersEncoder.TYPE);
    if (keysAt == Place.COLUMN) {
      columns.add(keys);
    }
    if (headersAt == Place.COLUMN) {
      columns.add(headers);
    }
    return new Row(
        LandedSchema.of(id, message, columns),
        keysAt == Place.FILE ? beside("Key", keys) : null,
        headersAt == Place.FILE ? beside("Headers", headers) : null);
  }

  /** The schema of a file beside the data file: one field, and the columns of every row. */
  private LandedSchema beside(String name, Column column) {
    Schema record = Schema.createRecord(name, null, NAMESPACE, false);
    NamedTypes types = new NamedTypes();
    types.reserve(record.getFullName());
    record.setFields(
        List.of(new Schema.Field(column.name(), types.adopt(column.schema()), null, null)));
    return LandedSchema.of(new SchemaId(SchemaId.Kind.DECODED, -1, variants), record);
  }
}
