package io.freshet.lake.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import io.freshet.schemas.LandingHead;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Where a partition's log begins since its beginning was deleted.
 *
 * @param position Kafka offset of the first step to be read
 * @param written when what is before it was given up
 */
record LogHead(long position, Instant written) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A partition's head; empty where nothing was ever deleted. */
  static Optional<LogHead> find(LandingStore store, String topicsDir, String topic, int partition) {
    String folder = LandingHead.topicPrefix(topicsDir, topic);
    String key = LandingHead.key(topicsDir, topic, partition);
    return store.list(folder, folder, Integer.MAX_VALUE).stream()
        .filter(object -> object.key().equals(key))
        .findFirst()
        .map(object -> parse(store.path(key), store.read(key)));
  }

  private static LogHead parse(String path, byte[] content) {
    try {
      JsonNode head = JSON.readTree(content);
      if (head.path(LandingHead.POSITION).canConvertToLong()) {
        return new LogHead(
            head.get(LandingHead.POSITION).longValue(),
            Instant.ofEpochMilli(head.path(LandingHead.WRITTEN).asLong()));
      }
    } catch (IOException malformed) {
      throw notAHead(path, malformed);
    }
    throw notAHead(path, null);
  }

  private static LakeException notAHead(String path, IOException cause) {
    return new LakeException(
        path
            + " does not say where the log begins; bring back what the lake job wrote there, or delete it and rebuild the tables of its topic",
        cause);
  }

  byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(
          Map.of(LandingHead.POSITION, position, LandingHead.WRITTEN, written.toEpochMilli()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
