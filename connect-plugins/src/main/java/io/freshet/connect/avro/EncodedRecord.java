package io.freshet.connect.avro;

/**
 * A record's value as Avro binary, without a prefix.
 *
 * @param schema schema of the value, and of the file that it may be appended to
 * @param bytes array that holds the value; the caller must not change it, and must copy what it
 *     keeps: the encoder may write the next record into it
 * @param start index of the value's first byte
 * @param length number of the value's bytes
 */
public record EncodedRecord(LandedSchema schema, byte[] bytes, int start, int length) {}
