package io.freshet.connect.avro;

/**
 * Identity of a schema, in the registry where it has one.
 *
 * @param kind which numbering {@code id} belongs to
 * @param id the number
 * @param variant number that an encoder gave to the columns which it appends to rows of this
 *     schema, whose types may change too; 0: to none
 */
public record SchemaId(Kind kind, long id, int variant) {

  /** Apicurio numbers contents (equal schemas share one number) and artifact versions (global). */
  public enum Kind {
    /** Number of a content; Confluent's schema id. */
    CONTENT,
    /** Number of one version of one artifact. */
    GLOBAL,
    /** Number that an encoder gave to a schema which came with the decoded records. */
    DECODED,
    /** The one number of all records whose format needs no schema. */
    NONE
  }

  /** A schema with no columns of changing types after it. */
  public SchemaId(Kind kind, long id) {
    this(kind, id, 0);
  }

  /** Asked once for each record, which the comparison that a record is given is too slow for. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SchemaId that
        && id == that.id
        && kind == that.kind
        && variant == that.variant;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id) * 31 + variant * 7 + kind.ordinal();
  }

  @Override
  public String toString() {
    return switch (kind) {
      case CONTENT -> "content id " + id;
      case GLOBAL -> "global id " + id;
      case DECODED -> "decoded schema " + id;
      case NONE -> "no schema";
    };
  }
}
