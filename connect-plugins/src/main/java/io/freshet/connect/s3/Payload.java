package io.freshet.connect.s3;

import java.io.InputStream;

/** Bytes of an object to upload, readable any number of times. */
interface Payload {

  long length();

  /**
   * @param from index of the first byte
   * @param length number of bytes
   */
  InputStream open(long from, long length);
}
