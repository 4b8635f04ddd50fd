package io.freshet.connect.s3;

import java.io.InputStream;
import java.util.Map;

/** Bytes of an object to upload, readable any number of times. */
interface Payload {

  long length();

  /** Tags that say what is in it, for those who want objects tagged. */
  default Map<String, String> tags() {
    return Map.of();
  }

  /**
   * May be called by several threads at the same time.
   *
   * @param from index of the first byte
   * @param length number of bytes
   */
  InputStream open(long from, long length);
}
