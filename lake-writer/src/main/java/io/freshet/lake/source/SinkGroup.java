package io.freshet.lake.source;

import java.time.Duration;

/**
 * The consumer group of the sink that writes the landing log. It commits a partition's position
 * after each landing, so one request to Kafka tells for all topics whether a LIST is worthwhile.
 *
 * @param connection how Kafka is reached
 * @param group the group's id, by Kafka Connect's rule {@code connect-<connector's name>}
 * @param sweep how often all is listed nevertheless
 */
public record SinkGroup(KafkaConnection connection, String group, Duration sweep) {}
