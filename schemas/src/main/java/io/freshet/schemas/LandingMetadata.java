package io.freshet.schemas;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * What a landed object says of itself, as S3 object metadata and, in the same pairs, in the header
 * of the Avro or Parquet file.
 *
 * @param next the position after the object: where the partition's following object starts, Kafka
 *     offset, more than the object's own position
 * @param records number of records in the file; may be less than {@code next - position}, because
 *     Kafka keeps offsets for transaction markers and compacted records
 * @param schemaId registry content id of the records' schema, or {@link #NO_SCHEMA_ID}
 * @param writer identity of the upload attempt: after a 412 the reader of the object at the fought
 *     over key learns from it whether a retry of its own or another writer won
 * @param firstTimestamp Kafka timestamp of the first record, milliseconds since the epoch
 * @param lastTimestamp Kafka timestamp of the last record, milliseconds since the epoch
 */
public record LandingMetadata(
    long next, long records, long schemaId, UUID writer, long firstTimestamp, long lastTimestamp) {

  /** {@link #schemaId} of a file whose records have no registered schema. */
  public static final long NO_SCHEMA_ID = -1L;

  public static final String NEXT = "freshet-next";
  public static final String RECORDS = "freshet-records";
  public static final String SCHEMA_ID = "freshet-schema-id";
  public static final String WRITER = "freshet-writer";
  public static final String FIRST_TIMESTAMP = "freshet-first-timestamp";
  public static final String LAST_TIMESTAMP = "freshet-last-timestamp";

  public LandingMetadata {
    Objects.requireNonNull(writer, "writer");
  }

  /** The pairs as they stand in S3 object metadata and in the file's header. */
  public Map<String, String> toMap() {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put(NEXT, Long.toString(next));
    pairs.put(RECORDS, Long.toString(records));
    pairs.put(SCHEMA_ID, Long.toString(schemaId));
    pairs.put(WRITER, writer.toString());
    pairs.put(FIRST_TIMESTAMP, Long.toString(firstTimestamp));
    pairs.put(LAST_TIMESTAMP, Long.toString(lastTimestamp));
    return pairs;
  }

  /**
   * Reads the pairs back.
   *
   * @param pairs object metadata, or a file header's metadata as text; other pairs are ignored
   * @param object the object's key or path, for the error's text
   * @throws IllegalArgumentException if a pair is missing or malformed, naming object and pair
   */
  public static LandingMetadata parse(Map<String, String> pairs, String object) {
    try {
      return new LandingMetadata(
          number(pairs, NEXT),
          number(pairs, RECORDS),
          number(pairs, SCHEMA_ID),
          UUID.fromString(text(pairs, WRITER)),
          number(pairs, FIRST_TIMESTAMP),
          number(pairs, LAST_TIMESTAMP));
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          "'" + object + "' was not landed whole by Freshet: " + malformed.getMessage(), malformed);
    }
  }

  private static long number(Map<String, String> pairs, String name) {
    String value = text(pairs, name);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          "metadata '" + name + "' is '" + value + "', not a number", notANumber);
    }
  }

  private static String text(Map<String, String> pairs, String name) {
    String value = pairs.get(name);
    if (value == null) {
      throw new IllegalArgumentException("metadata '" + name + "' is missing");
    }
    return value;
  }
}
