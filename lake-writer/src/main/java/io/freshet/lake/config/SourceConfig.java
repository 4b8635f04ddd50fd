package io.freshet.lake.config;

import io.freshet.lake.source.KafkaConnection;
import io.freshet.lake.source.LandingLayout;
import io.freshet.lake.source.SinkGroup;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where changes come from.
 *
 * @param root the landing log's folder, the sink's {@code topics.dir} with its bucket; where Kafka
 *     is read, empty text
 * @param kafka how Kafka is reached; empty where the landing log is read
 * @param sinkGroup who says what of the landing log is worth a look; empty for nobody
 * @param layout who wrote the landing log
 * @param pollInterval how often new changes are looked for
 * @param retention how long a landed file stays that all tables have read; empty for ever
 * @param readEmptied whether a table may begin with what is left of a log that retention emptied
 */
public record SourceConfig(
    URI root,
    Optional<KafkaConnection> kafka,
    Optional<SinkGroup> sinkGroup,
    LandingLayout layout,
    Duration pollInterval,
    Optional<Duration> retention,
    boolean readEmptied) {

  /** The landing log, listed every time, of which nothing is deleted. */
  public static SourceConfig landing(URI root, Duration pollInterval) {
    return landing(root, Optional.empty(), LandingLayout.FRESHET, pollInterval);
  }

  /** The landing log. */
  public static SourceConfig landing(
      URI root, Optional<SinkGroup> sinkGroup, LandingLayout layout, Duration pollInterval) {
    return new SourceConfig(
        root, Optional.empty(), sinkGroup, layout, pollInterval, Optional.empty(), false);
  }

  /** The same with what becomes of old files. */
  public SourceConfig with(Optional<Duration> retention, boolean readEmptied) {
    return new SourceConfig(root, kafka, sinkGroup, layout, pollInterval, retention, readEmptied);
  }

  /** Kafka itself. */
  public static SourceConfig kafka(KafkaConnection connection, Duration pollInterval) {
    return new SourceConfig(
        URI.create(""),
        Optional.of(connection),
        Optional.empty(),
        LandingLayout.FRESHET,
        pollInterval,
        Optional.empty(),
        false);
  }

  @Override
  public String toString() {
    return kafka.map(KafkaConnection::toString).orElse(root.toString());
  }
}
