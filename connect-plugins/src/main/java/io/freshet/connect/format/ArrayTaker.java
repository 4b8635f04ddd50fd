package io.freshet.connect.format;

/** A stream that takes an array as it is, instead of copying what is in it. */
public interface ArrayTaker {
  /**
   * Writes bytes of an array, which belongs to the stream from here on.
   *
   * @param array one of the {@link ByteArrays} that the stream and its writer share
   */
  void takeOver(byte[] array, int from, int count);
}
