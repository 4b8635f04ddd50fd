package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.source.LogRetention;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes from the landing log what all tables of the configuration have read, by their own
 * commits. A topic with a table that is not there yet keeps all that it has.
 */
final class LogPruning {
  private static final Logger LOG = LoggerFactory.getLogger(LogPruning.class);
  private static final Duration INTERVAL = Duration.ofHours(1);

  private final LakeConfig config;
  private final SparkSession spark;
  private final Clock clock;
  private Instant next = Instant.EPOCH;

  LogPruning(LakeConfig config, SparkSession spark, Clock clock) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
  }

  /** Deletes what is old enough, once an hour; does nothing unless a retention is configured. */
  void runDue() {
    if (config.source().retention().isPresent() && !clock.instant().isBefore(next)) {
      try {
        run(clock.instant().minus(config.source().retention().get()));
        next = clock.instant().plus(INTERVAL);
      } catch (LakeException unreachable) {
        LOG.error("nothing was deleted from the landing log: {}", unreachable.getMessage());
      }
    }
  }

  private void run(Instant before) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    URI root = config.source().root();
    try (LogRetention log = LogRetention.open(root, hadoop)) {
      for (String topic : Topics.of(config.source(), hadoop)) {
        if (config.reads(topic)) {
          prune(log, topic, before);
        }
      }
    }
  }

  private void prune(LogRetention log, String topic, Instant before) {
    try {
      Optional<TopicPosition> consumed = consumed(topic);
      if (consumed.isPresent()) {
        log.delete(topic, consumed.get(), before);
      }
    } catch (LakeException failed) {
      LOG.error(
          "topic {}: nothing was deleted from its landing log: {}", topic, failed.getMessage());
    }
  }

  private Optional<TopicPosition> consumed(String topic) {
    Optional<TopicPosition> consumed = Optional.empty();
    for (TableConfig table : config.tablesOf(topic)) {
      Optional<TopicPosition> own =
          HudiTable.existing(spark, table, config.location(table)).map(HudiTable::position);
      if (own.isEmpty()) {
        return own;
      }
      consumed = consumed.map(others -> others.earlier(own.get())).or(() -> own);
    }
    return consumed;
  }
}
