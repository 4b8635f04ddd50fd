package io.freshet.connect.avro;

import java.util.List;

/**
 * A record as Avro binary, without a prefix. A row of a file is the value's bytes, the two columns
 * that every row has, then the bytes of the columns that were asked for beside them.
 *
 * <p>Where the schema is {@link LandedSchema#none()} the value's bytes are what the files' format
 * takes instead of Avro, such as a JSON object; the columns are Avro all the same.
 *
 * @param schema schema of the value, and of the file that it may be appended to
 * @param bytes array that holds the value; the caller must not change it, and must copy what it
 *     keeps: the encoder may write the next record into it
 * @param start index of the value's first byte
 * @param length number of the value's bytes
 * @param extra array that begins with the encoded columns after the Kafka timestamp; under the same
 *     rules as {@code bytes}
 * @param extraLength number of those columns' bytes; 0: there are no such columns
 * @param beside rows of the files that lie beside this record's file, one for each of them; always
 *     of the same kinds in the same order for the same schema
 */
public record EncodedRecord(
    LandedSchema schema,
    byte[] bytes,
    int start,
    int length,
    byte[] extra,
    int extraLength,
    List<Beside> beside) {

  private static final byte[] NOTHING = new byte[0];

  /**
   * A row of a file beside the data file.
   *
   * @param kind what that file holds
   * @param row its row
   */
  public record Beside(FileKind kind, EncodedRecord row) {}

  /** A value alone. */
  public EncodedRecord(LandedSchema schema, byte[] bytes, int start, int length) {
    this(schema, bytes, start, length, NOTHING, 0, List.of());
  }

  /** Bytes of the row at most. */
  public int maxRowBytes() {
    return length + 2 * Varints.MAX_BYTES + extraLength;
  }

  /**
   * Writes the row, which is a datum of {@link LandedSchema#written()}.
   *
   * @param target has room for {@link #maxRowBytes()} from {@code at} on
   * @param offset the record's Kafka offset
   * @param timestamp its Kafka timestamp, milliseconds since the epoch
   * @return index after the row
   */
  public int putRow(byte[] target, int at, long offset, long timestamp) {
    System.arraycopy(bytes, start, target, at, length);
    int next = Varints.putLong(target, at + length, offset);
    next = Varints.putLong(target, next, timestamp);
    if (extraLength > 0) {
      System.arraycopy(extra, 0, target, next, extraLength);
    }
    return next + extraLength;
  }
}
