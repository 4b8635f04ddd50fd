package io.freshet.connect.s3;

import java.util.List;
import java.util.Map;

/** What a reader of the landing log sees of a bucket. */
interface TestBucket {

  /** Keys under a prefix in lexical order. */
  List<String> keys(String prefix);

  byte[] read(String key);

  Map<String, String> metadataOf(String key);
}
