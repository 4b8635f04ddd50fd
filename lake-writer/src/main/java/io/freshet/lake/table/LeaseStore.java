package io.freshet.lake.table;

import java.util.List;
import java.util.Optional;

/** Small objects by which processes agree who does what. Keys are paths under the warehouse. */
interface LeaseStore extends AutoCloseable {

  /**
   * Writes an object unless there is one; of several callers at the same time one succeeds.
   *
   * @return whether this call wrote it
   */
  boolean create(String key, String content);

  /** Writes an object, whether there is one or not. */
  void put(String key, String content);

  /** An object's content; empty if there is none. */
  Optional<String> read(String key);

  /**
   * Names of the objects directly under a folder, in ascending order.
   *
   * @param folder ends with a slash
   */
  List<String> list(String folder);

  /** Takes an object away, if it is there. */
  void delete(String key);

  @Override
  void close();
}
