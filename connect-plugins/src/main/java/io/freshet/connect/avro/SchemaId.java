package io.freshet.connect.avro;

/**
 * Identity of a schema in the registry.
 *
 * @param kind which of the registry's two numberings {@code id} belongs to
 * @param id the number
 */
public record SchemaId(Kind kind, long id) {

  /** Apicurio numbers contents (equal schemas share one number) and artifact versions (global). */
  public enum Kind {
    /** Number of a content; Confluent's schema id. */
    CONTENT,
    /** Number of one version of one artifact. */
    GLOBAL
  }

  @Override
  public String toString() {
    return (kind == Kind.CONTENT ? "content id " : "global id ") + id;
  }
}
