package io.freshet.lake.source;

/** What follows the zero byte at an Avro message's start. */
public enum MessageIds {
  /** Content id in four bytes: Confluent's format, and Apicurio's with {@code as-confluent}. */
  CONTENT_ID_4(false, Integer.BYTES),
  /** Content id in eight bytes. */
  CONTENT_ID_8(false, Long.BYTES),
  /** Global id in four bytes. */
  GLOBAL_ID_4(true, Integer.BYTES),
  /** Global id in eight bytes: Apicurio's default without headers. */
  GLOBAL_ID_8(true, Long.BYTES);

  private final boolean global;
  private final int bytes;

  MessageIds(boolean global, int bytes) {
    this.global = global;
    this.bytes = bytes;
  }

  /** Whether the id numbers versions of artifacts rather than contents. */
  public boolean global() {
    return global;
  }

  /** Length of the id. */
  public int bytes() {
    return bytes;
  }
}
