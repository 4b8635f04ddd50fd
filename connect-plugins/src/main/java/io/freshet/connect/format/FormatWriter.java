package io.freshet.connect.format;

import io.freshet.connect.avro.EncodedRecord;
import java.util.Map;

/** Writes one file. What fails for want of space fails with a {@code ConnectException}. */
public interface FormatWriter extends AutoCloseable {

  /**
   * Appends one row: the record, then the appended columns.
   *
   * @param record a record of this file's schema
   * @param offset its Kafka offset
   * @param timestamp its Kafka timestamp, milliseconds since the epoch
   */
  void append(EncodedRecord record, long offset, long timestamp);

  /** Records appended so far. */
  long records();

  /** Bytes of the file so far, as far as they are known before it is finished. */
  long bytes();

  /** Bytes that the writer itself holds on the heap, beside those it has given away. */
  long heapBytes();

  /**
   * Gives away what can be, and frees its heap: memory is short. A writer that needs all that it
   * holds does nothing.
   */
  default void shrink() {}

  /**
   * Writes out what is left. Nothing may be appended after.
   *
   * @param metadata pairs that the file is to carry, where its format has a place for them
   * @return what belongs before the bytes that were given away; empty if nothing does
   */
  byte[] finish(Map<String, String> metadata);

  /** Frees what the writer holds; a file that was not finished is lost. */
  @Override
  void close();
}
