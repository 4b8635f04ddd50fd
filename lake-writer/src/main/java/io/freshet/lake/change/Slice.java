package io.freshet.lake.change;

import io.freshet.lake.source.Segment;
import java.io.Serializable;

/**
 * The part of a segment that one commit takes.
 *
 * @param segment the segment
 * @param from Kafka offset of the first message to take; those before it are committed already
 * @param until Kafka offset of the first message not to take any more
 */
public record Slice(Segment segment, long from, long until) implements Serializable {
  private static final long serialVersionUID = 1L;
}
