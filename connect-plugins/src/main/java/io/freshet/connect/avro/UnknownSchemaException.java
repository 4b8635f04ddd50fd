package io.freshet.connect.avro;

/** The registry answered that it has no usable Avro schema under an id. */
final class UnknownSchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  UnknownSchemaException(String message) {
    super(message);
  }

  UnknownSchemaException(String message, Throwable cause) {
    super(message, cause);
  }
}
