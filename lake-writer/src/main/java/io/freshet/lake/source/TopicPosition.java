package io.freshet.lake.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How far a topic has been read: for each Kafka partition the next offset to read. A partition that
 * is not named has not been read at all.
 *
 * @param next partition to the next offset to read
 */
public record TopicPosition(Map<Integer, Long> next) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Nothing has been read. */
  public static final TopicPosition START = new TopicPosition(Map.of());

  public TopicPosition {
    next = Collections.unmodifiableMap(new TreeMap<>(next));
  }

  /** Next offset to read of a partition; empty where nothing of it has been read. */
  public OptionalLong of(int partition) {
    Long position = next.get(partition);
    return position == null ? OptionalLong.empty() : OptionalLong.of(position);
  }

  /** The same with one partition moved. */
  public TopicPosition with(int partition, long position) {
    Map<Integer, Long> moved = new TreeMap<>(next);
    moved.put(partition, position);
    return new TopicPosition(moved);
  }

  /** Partition by partition the one further behind: where a common reader must begin. */
  public TopicPosition earlier(TopicPosition other) {
    Map<Integer, Long> earlier = new TreeMap<>();
    next.forEach(
        (partition, position) ->
            other
                .of(partition)
                .ifPresent(theirs -> earlier.put(partition, Math.min(position, theirs))));
    return new TopicPosition(earlier);
  }

  /** Whether a segment has been read whole. */
  public boolean covers(Segment segment) {
    OptionalLong position = of(segment.partition());
    return position.isPresent() && segment.next() <= position.getAsLong();
  }

  /** {@code {"0":123}}. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(next);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * @throws LakeException if the text is not what {@link #toJson} writes
   */
  public static TopicPosition fromJson(String json) {
    try {
      return new TopicPosition(JSON.readValue(json, new TypeReference<Map<Integer, Long>>() {}));
    } catch (JsonProcessingException malformed) {
      throw new LakeException("'" + json + "' is not a position", malformed);
    }
  }
}
