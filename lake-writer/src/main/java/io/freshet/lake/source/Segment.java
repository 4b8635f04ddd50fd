package io.freshet.lake.source;

import java.io.Serializable;

/** A piece of one Kafka partition that lies in one place: what a stream announces. */
public sealed interface Segment extends Serializable permits LandedFile, KafkaRange {
  /** Kafka topic. */
  String topic();

  /** Kafka partition. */
  int partition();

  /** Kafka offset where it starts. */
  long position();

  /** Kafka offset where the partition's following piece starts. */
  long next();

  /** Its size, or a guess of it. */
  long bytes();
}
