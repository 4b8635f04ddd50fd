package io.freshet.lake.metrics;

import java.util.OptionalLong;

/**
 * What a table has yet to read.
 *
 * @param positions Kafka offsets between the table's position and the end of its topic, over all
 *     partitions; offsets that hold no record, such as transaction markers, count too
 * @param bytes their size in the landing log; empty where Kafka is read, which does not say
 */
public record Backlog(long positions, OptionalLong bytes) {}
