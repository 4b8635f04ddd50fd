package io.freshet.connect.avro;

/** Bytes are not one Avro datum of the schema that they are said to have. */
final class MalformedBodyException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedBodyException(String message) {
    // Cheap to throw: a topic of bad records must not spend its time on stack traces.
    super(message, null, false, false);
  }
}
