package io.freshet.connect.s3;

import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.RecordProjector;
import io.freshet.connect.avro.SchemaId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The schema that one partition's records of a name are landed with, folder by folder. A record of
 * another version either becomes one of this version, or makes its own version the current one.
 * Which is the case is Confluent's definition of {@code schema.compatibility}, by the versions'
 * order; where that isn't known, a record is changed only if it loses nothing.
 */
final class CurrentSchemas {
  /** Written by Connect's Avro converters: the version of a Connect schema. */
  private static final String CONNECT_VERSION = "connect.version";

  /** Several types of messages may share a topic, and a folder. */
  private record Key(String path, String name) {}

  private final SchemaCompatibility compatibility;
  private final RecordProjector projector;
  private final Map<Key, LandedSchema> current;

  /**
   * @param limit folders that are remembered; of one more, the longest unused is forgotten
   */
  CurrentSchemas(SchemaCompatibility compatibility, RecordProjector projector, int limit) {
    this.compatibility = compatibility;
    this.projector = projector;
    this.current =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, LandedSchema> eldest) {
            return size() > limit;
          }
        };
  }

  /**
   * The record as it is to be landed in a folder.
   *
   * @return valid until the next call
   * @throws io.freshet.connect.avro.BadRecordException if it has to become one of the current
   *     schema and can't
   */
  EncodedRecord fit(SinkRecord record, String path, EncodedRecord encoded) {
    LandedSchema schema = encoded.schema();
    if (compatibility == SchemaCompatibility.NONE || schema.id().kind() == SchemaId.Kind.NONE) {
      return encoded;
    }
    Key key = new Key(path, schema.message().getFullName());
    LandedSchema target = current.get(key);
    if (target != null && isSameMessage(schema, target)) {
      return projector.asKnown(encoded);
    }
    if (target == null || becomesCurrent(schema, target)) {
      current.put(key, schema);
      return projector.asKnown(encoded);
    }
    return projector.project(record, encoded, target);
  }

  /** Schemas of one message may differ in the columns that follow it. */
  private static boolean isSameMessage(LandedSchema schema, LandedSchema other) {
    return schema.id().kind() == other.id().kind() && schema.id().id() == other.id().id();
  }

  private boolean becomesCurrent(LandedSchema schema, LandedSchema target) {
    OptionalInt order = order(schema, target);
    if (order.isEmpty() || order.getAsInt() == 0) {
      return !projector.isLossless(schema, target);
    }
    return compatibility == SchemaCompatibility.FORWARD
        ? order.getAsInt() < 0
        : order.getAsInt() > 0;
  }

  /** A registry numbers what is registered later higher; decoded data has Connect's version. */
  private static OptionalInt order(LandedSchema one, LandedSchema other) {
    if (one.id().kind() != other.id().kind()) {
      return OptionalInt.empty();
    }
    if (one.id().kind() != SchemaId.Kind.DECODED) {
      return OptionalInt.of(Long.compare(one.id().id(), other.id().id()));
    }
    return one.message().getObjectProp(CONNECT_VERSION) instanceof Number version
            && other.message().getObjectProp(CONNECT_VERSION) instanceof Number otherVersion
        ? OptionalInt.of(Long.compare(version.longValue(), otherVersion.longValue()))
        : OptionalInt.empty();
  }
}
