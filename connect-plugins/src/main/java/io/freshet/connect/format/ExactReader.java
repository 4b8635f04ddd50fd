package io.freshet.connect.format;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;

/**
 * Avro's generic reader, with arrays of objects: those that Avro 1.12.0 has for primitive types
 * keep of a double no more than a float has.
 *
 * @param <T> what is read
 */
final class ExactReader<T> extends GenericDatumReader<T> {
  ExactReader(Schema schema) {
    super(schema);
  }

  @Override
  protected Object newArray(Object old, int size, Schema schema) {
    return new GenericData.Array<>(size, schema);
  }
}
