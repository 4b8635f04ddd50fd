package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.SourceConfig;
import io.freshet.lake.metrics.StoreRequests;
import io.freshet.lake.source.SegmentSource;
import io.freshet.lake.source.TopicPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces what has landed to the tables: a streaming query that begins where the tables' commits
 * say. Its checkpoints live and die with the process.
 */
final class Announcer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  /** Announced files that may wait for their tables before the stream is held back. */
  private static final int MOST_PENDING_FILES = 100_000;

  private static final long LOOK_MS = 200;

  private final SparkSession spark;
  private final Clock clock;
  private final boolean once;
  private final StoreRequests requests;
  private final TableSet tables;
  private final TablePool pool;
  private final Path checkpoints = temporaryFolder();
  private int started;
  private StreamingQuery query;

  /**
   * @param once whether the query ends when all that has landed is announced
   * @param pool woken when there is something to do
   */
  Announcer(
      SparkSession spark,
      Clock clock,
      boolean once,
      StoreRequests requests,
      TableSet tables,
      TablePool pool) {
    this.spark = spark;
    this.clock = clock;
    this.once = once;
    this.requests = requests;
    this.tables = tables;
    this.pool = pool;
  }

  /**
   * Starts at the tables' positions.
   *
   * @param over whether no more is wanted; then a full backlog isn't waited for
   */
  void start(LakeConfig config, BooleanSupplier over) {
    Map<String, TopicPosition> from = tables.positions();
    LOG.info("reading source={} from={}", config.source(), from);
    Path checkpoint = checkpoints.resolve(Integer.toString(started++));
    long pollMs = config.source().pollInterval().toMillis();
    try {
      query =
          stream(config, from)
              .writeStream()
              .queryName("freshet-landing")
              .option("checkpointLocation", checkpoint.toUri().toString())
              .trigger(
                  once
                      ? Trigger.AvailableNow()
                      : Trigger.ProcessingTime(pollMs, TimeUnit.MILLISECONDS))
              .foreachBatch(
                  (VoidFunction2<Dataset<Row>, Long>) (batch, id) -> announce(batch, pollMs, over))
              .start();
    } catch (TimeoutException never) {
      throw new IllegalStateException("the streaming query did not start", never);
    }
  }

  private Dataset<Row> stream(LakeConfig config, Map<String, TopicPosition> from) {
    SourceConfig source = config.source();
    return source.kafka().isPresent()
        ? SegmentSource.kafka(spark, source.kafka().get(), from, config.patterns())
        : SegmentSource.landing(
            spark, source, from, config.patterns(), clock, requests::countSource);
  }

  private void announce(Dataset<Row> batch, long pollMs, BooleanSupplier over)
      throws InterruptedException {
    tables.offer(SegmentSource.segments(batch));
    pool.wake();
    while (!over.getAsBoolean() && tables.pendingFiles() > MOST_PENDING_FILES) {
      TimeUnit.MILLISECONDS.sleep(pollMs);
    }
  }

  /**
   * Waits until what was started ends by itself, or no more is wanted, and ends it.
   *
   * @param meanwhile what to look after, again and again; what it throws ends the query too
   * @throws LakeException if the source can't be read
   */
  void await(BooleanSupplier over, Runnable meanwhile) throws InterruptedException {
    try {
      boolean ended = false;
      while (!over.getAsBoolean() && !ended) {
        meanwhile.run();
        ended = query.awaitTermination(LOOK_MS);
      }
    } catch (StreamingQueryException failed) {
      throw known(failed)
          .orElseGet(() -> new LakeException("reading the source failed: " + failed, failed));
    } finally {
      stop();
    }
  }

  private static Optional<LakeException> known(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LakeException known) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  private void stop() {
    try {
      query.stop();
    } catch (TimeoutException stuck) {
      LOG.warn("the stream did not stop in time; the tables' own positions stand", stuck);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("freshet-ingest-");
    } catch (IOException full) {
      throw new LakeException(
          "no temporary folder can be made in "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + full,
          full);
    }
  }

  @Override
  public void close() {
    try (var paths = Files.walk(checkpoints)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException left) {
      LOG.debug("{} was left behind", checkpoints, left);
    }
  }
}
