package io.freshet.connect.avro;

import org.apache.kafka.connect.data.Schema;

/** Questions about Connect's schemas. */
final class ConnectSchemas {
  private ConnectSchemas() {}

  /** Whether data of the schema, which may be null, is bytes that nobody has looked into. */
  static boolean isPlainBytes(Schema schema) {
    return schema == null || schema.type() == Schema.Type.BYTES && schema.name() == null;
  }
}
