package io.freshet.lake.change;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/** Schemas by their registry ids, which never change their meaning; shared by all tables. */
final class SchemaCache {
  private final Map<Long, Schema> landed = new ConcurrentHashMap<>();
  private final Map<Long, Schema> byContentId = new ConcurrentHashMap<>();
  private final Map<Long, Schema> byGlobalId = new ConcurrentHashMap<>();

  /** A message's schema by its id, of either numbering. */
  Schema message(boolean globalId, long id, Supplier<Schema> read) {
    return (globalId ? byGlobalId : byContentId).computeIfAbsent(id, unknown -> read.get());
  }

  /** The landed files' schema of a content id. */
  Schema landed(long contentId, Supplier<Schema> read) {
    return landed.computeIfAbsent(contentId, id -> read.get());
  }
}
