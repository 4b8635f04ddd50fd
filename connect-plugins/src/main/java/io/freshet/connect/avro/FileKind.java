package io.freshet.connect.avro;

import java.util.Locale;

/** What one file of a landing holds of its records. */
public enum FileKind {
  /** The values. */
  DATA,
  /** The keys, a row for each row of the data file. */
  KEYS,
  /** The headers, a row for each row of the data file. */
  HEADERS;

  /** The kind's name as commit records and file names spell it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
