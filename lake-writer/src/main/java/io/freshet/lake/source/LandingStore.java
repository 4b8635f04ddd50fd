package io.freshet.lake.source;

import io.freshet.schemas.LandingMetadata;
import java.util.List;

/** The few things that a reader of the landing log asks of the store that it lies in. */
interface LandingStore extends AutoCloseable {

  /**
   * @param key the object's key under the store's root
   * @param bytes its size
   */
  record StoredObject(String key, long bytes) {}

  /**
   * Names of the folders directly under {@code prefix}, without their slash.
   *
   * @param prefix ends with a slash
   */
  List<String> folders(String prefix);

  /**
   * Objects under {@code prefix} whose keys sort after {@code startAfter}, in key order.
   *
   * @param limit how many at most
   */
  List<StoredObject> list(String prefix, String startAfter, int limit);

  /** What an object says of itself. */
  LandingMetadata metadata(String key);

  /** A small object's content. */
  byte[] read(String key);

  /** The object's path for Hadoop's file systems. */
  String path(String key);

  @Override
  void close();
}
