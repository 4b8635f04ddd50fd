package io.freshet.connect.avro;

import io.freshet.schemas.LandingCommit;

/** What one file of a landing holds of its records. */
public enum FileKind {
  /** The values. */
  DATA(LandingCommit.KIND_DATA),
  /** The keys, a row for each row of the data file. */
  KEYS(LandingCommit.KIND_KEYS),
  /** The headers, a row for each row of the data file. */
  HEADERS(LandingCommit.KIND_HEADERS);

  private final String label;

  FileKind(String label) {
    this.label = label;
  }

  /** The kind's name as commit records and file names spell it. */
  public String label() {
    return label;
  }
}
