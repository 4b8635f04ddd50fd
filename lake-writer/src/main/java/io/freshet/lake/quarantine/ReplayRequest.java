package io.freshet.lake.quarantine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import io.freshet.lake.change.BadRecord;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What is asked to be taken back in. The table's one writer takes it up, since two would spoil each
 * other's commits.
 *
 * @param topic only of this topic; empty for any
 * @param partition only of this Kafka partition; empty for any
 * @param offset only this Kafka offset; empty for any
 * @param insertMissing whether a row that is not in a table with hard deletes is put there
 */
public record ReplayRequest(
    Optional<String> topic, OptionalInt partition, OptionalLong offset, boolean insertMissing) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether a record is asked for. */
  public boolean matches(BadRecord record) {
    return topic.map(record.topic()::equals).orElse(true)
        && (partition.isEmpty() || partition.getAsInt() == record.partition())
        && (offset.isEmpty() || offset.getAsLong() == record.offset());
  }

  byte[] toJson() {
    Map<String, Object> fields = new TreeMap<>();
    topic.ifPresent(name -> fields.put("topic", name));
    partition.ifPresent(number -> fields.put("partition", number));
    offset.ifPresent(number -> fields.put("offset", number));
    fields.put("insert-missing", insertMissing);
    try {
      return JSON.writeValueAsBytes(fields);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static ReplayRequest fromJson(byte[] json, String path) {
    try {
      JsonNode fields = JSON.readTree(json);
      return new ReplayRequest(
          Optional.ofNullable(fields.get("topic")).map(JsonNode::asText),
          fields.has("partition")
              ? OptionalInt.of(fields.get("partition").asInt())
              : OptionalInt.empty(),
          fields.has("offset")
              ? OptionalLong.of(fields.get("offset").asLong())
              : OptionalLong.empty(),
          fields.path("insert-missing").asBoolean());
    } catch (IOException malformed) {
      throw new LakeException(path + " is no request for a replay; remove it", malformed);
    }
  }
}
