package io.freshet.lake.postgres;

import java.io.Serializable;

/** Turns one column's value in PostgreSQL's binary format into Spark's internal value. */
@FunctionalInterface
interface FieldDecoder extends Serializable {
  /**
   * @param bytes a row of the COPY; the result may refer to it, and it is never changed
   * @param at where the value begins
   * @param length its bytes
   * @return null for a value that the lake has no word for, such as NaN in a numeric
   */
  Object decode(byte[] bytes, int at, int length);
}
