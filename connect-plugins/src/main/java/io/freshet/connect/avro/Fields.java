package io.freshet.connect.avro;

import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Copies of record fields: Avro lets a field belong to one record only. */
final class Fields {
  private Fields() {}

  /** The field with another schema; a default that doesn't fit it is left out. */
  static Schema.Field copy(Schema.Field field, Schema schema) {
    try {
      return new Schema.Field(field, schema);
    } catch (AvroRuntimeException unfit) {
      // Some registries accept such defaults, and no reader of a file needs its writer's ones.
      Schema.Field copy = new Schema.Field(field.name(), schema, field.doc(), null, field.order());
      copy.addAllProps(field);
      field.aliases().forEach(copy::addAlias);
      return copy;
    }
  }
}
