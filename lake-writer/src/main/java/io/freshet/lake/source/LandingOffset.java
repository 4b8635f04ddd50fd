package io.freshet.lake.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.connector.read.streaming.Offset;

/** How far the stream has announced the files of each of its topics. */
final class LandingOffset extends Offset {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TreeMap<String, TopicPosition> topics;

  LandingOffset(Map<String, TopicPosition> topics) {
    this.topics = new TreeMap<>(topics);
  }

  Map<String, TopicPosition> topics() {
    return topics;
  }

  TopicPosition of(String topic) {
    return topics.getOrDefault(topic, TopicPosition.START);
  }

  @Override
  public String json() {
    Map<String, Map<Integer, Long>> plain = new TreeMap<>();
    topics.forEach((topic, position) -> plain.put(topic, position.next()));
    try {
      return JSON.writeValueAsString(plain);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static LandingOffset fromJson(String json) {
    try {
      Map<String, TopicPosition> topics = new TreeMap<>();
      JSON.readValue(json, new TypeReference<Map<String, Map<Integer, Long>>>() {})
          .forEach((topic, next) -> topics.put(topic, new TopicPosition(next)));
      return new LandingOffset(topics);
    } catch (JsonProcessingException malformed) {
      throw new LakeException("'" + json + "' is not an offset of the landing log", malformed);
    }
  }
}
