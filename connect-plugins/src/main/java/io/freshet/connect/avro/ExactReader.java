package io.freshet.connect.avro;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;

/**
 * Avro's generic reader, with arrays of objects: those that Avro 1.12.0 has for primitive types
 * keep of a double no more than a float has.
 *
 * @param <T> what is read
 */
public final class ExactReader<T> extends GenericDatumReader<T> {
  /**
   * @param schema of what was written
   */
  public ExactReader(Schema schema) {
    super(schema);
  }

  /**
   * @param written schema of what was written
   * @param read schema that it is read with, by the rules of Avro's schema resolution
   */
  ExactReader(Schema written, Schema read, GenericData data) {
    super(written, read, data);
  }

  @Override
  protected Object newArray(Object old, int size, Schema schema) {
    return new GenericData.Array<>(size, schema);
  }
}
