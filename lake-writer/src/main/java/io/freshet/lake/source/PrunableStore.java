package io.freshet.lake.source;

import java.time.Instant;
import java.util.List;

/** A landing log's store for the one that deletes from it. */
interface PrunableStore extends LandingStore {

  /**
   * @param key the object's key under the store's root
   * @param modified when it was written, by the store's clock
   */
  record AgedObject(String key, Instant modified) {}

  /** Like {@link #list}, with the objects' age. */
  List<AgedObject> aged(String prefix, String startAfter, int limit);

  /** Writes a small object, in place of any that is there. */
  void write(String key, byte[] content);

  /** Takes objects away; those that are not there are passed over. */
  void delete(List<String> keys);
}
