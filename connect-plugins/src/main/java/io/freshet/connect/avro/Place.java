package io.freshet.connect.avro;

/** Where a part of the records, beside their values, is landed. */
public enum Place {
  /** Nowhere. */
  NONE,
  /** In a column of the data file. */
  COLUMN,
  /** In a file beside the data file. */
  FILE
}
