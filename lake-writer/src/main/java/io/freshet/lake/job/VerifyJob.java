package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TopicPattern;
import io.freshet.lake.source.KafkaConnection;
import io.freshet.lake.source.LandingLayout;
import io.freshet.lake.source.SinkGroup;
import io.freshet.lake.source.SourceTopics;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.verify.Barrier;
import io.freshet.lake.verify.SlotBarrier;
import io.freshet.lake.verify.TableVerifier;
import io.freshet.lake.verify.Verification;
import io.freshet.lake.verify.VerifyResults;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares tables with their source, one after the other, while they are written. */
public final class VerifyJob {
  private static final Logger LOG = LoggerFactory.getLogger(VerifyJob.class);

  private final LakeConfig config;
  private final SparkSession spark;
  private final Clock clock;
  private final TopicPattern wanted;
  private final TableVerifier.Options options;
  private volatile boolean stopping;

  /**
   * @param tables names, {@code database.table}, or patterns of the tables to compare
   */
  public VerifyJob(
      LakeConfig config,
      SparkSession spark,
      Clock clock,
      List<String> tables,
      TableVerifier.Options options) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
    this.wanted = new TopicPattern(tables, List.of());
    this.options = options;
  }

  /** What is told of the tables as they are compared. */
  public interface Listener {
    /** A table was compared. */
    void compared(Verification result);

    /** A table could not be compared. */
    void failed(String table, LakeException reason);
  }

  /**
   * Refuses a configuration that does not say what a comparison needs to know.
   *
   * @throws LakeException naming what it lacks
   */
  public static void require(LakeConfig config) {
    postgres(config);
    kafka(config);
    if (config.source().layout() == LandingLayout.CONFLUENT) {
      throw new LakeException(
          "source.layout is confluent, whose files don't say which Kafka offsets their records had, so there is no telling how far a table has read; verify reads tables of Freshet's own landing log, or of Kafka");
    }
  }

  /** The database that tables are compared with. */
  static PostgresConfig postgres(LakeConfig config) {
    return config
        .postgres()
        .orElseThrow(
            () ->
                new LakeException(
                    "postgres is missing in the configuration: name the source database with host, database, user and password"));
  }

  /** Where the topics are. */
  static KafkaConnection kafka(LakeConfig config) {
    return config
        .verify()
        .kafka()
        .or(() -> config.source().kafka())
        .or(() -> config.source().sinkGroup().map(SinkGroup::connection))
        .orElseThrow(
            () ->
                new LakeException(
                    "verify.bootstrap-servers is missing in the configuration: only Kafka knows how far the topics go that have not landed yet"));
  }

  /** A barrier on the real pipeline. */
  static SlotBarrier barrier(
      LakeConfig config, SparkSession spark, Duration patience, Clock clock) {
    return new SlotBarrier(
        postgres(config),
        kafka(config),
        SourceTopics.open(config.source(), spark.sparkContext().hadoopConfiguration()),
        patience,
        clock);
  }

  /** The tables that are asked for, with a first commit or without. */
  List<TableConfig> tables() {
    List<TableConfig> configured = ConfiguredTables.of(config, spark);
    for (String name : wanted.names()) {
      if (configured.stream().noneMatch(table -> table.name().equals(name))) {
        throw ConfiguredTables.unknown(name, configured);
      }
    }
    return configured.stream().filter(table -> wanted.matches(table.name())).toList();
  }

  /**
   * Compares all tables once. Each result is kept in the warehouse.
   *
   * @throws LakeException if nothing can be compared at all
   */
  public void run(Listener listener) throws InterruptedException {
    try (SlotBarrier barrier = barrier(config, spark, options.patience(), clock)) {
      run(barrier, listener);
    }
  }

  /** The same, with another barrier. */
  void run(Barrier barrier, Listener listener) throws InterruptedException {
    VerifyResults results =
        new VerifyResults(config.warehouse(), spark.sparkContext().hadoopConfiguration(), clock);
    for (TableConfig table : tables()) {
      if (stopping) {
        return;
      }
      try {
        Verification result = verify(table, barrier);
        results.save(result, scope());
        listener.compared(result);
      } catch (LakeException reason) {
        LOG.debug("{}", table.name(), reason);
        listener.failed(table.name(), reason);
      }
    }
  }

  private String scope() {
    if (options.since().isPresent()) {
      return "since";
    }
    return options.fraction() < 1 ? "sample" : "all";
  }

  private Verification verify(TableConfig table, Barrier barrier) throws InterruptedException {
    HudiTable hudi =
        HudiTable.existing(spark, table, config.location(table))
            .orElseThrow(
                () ->
                    new LakeException(
                        "table %s has no commit yet: there is nothing at %s"
                            .formatted(table.name(), config.location(table))));
    return new TableVerifier(hudi, postgres(config), barrier, options, clock).run();
  }

  /**
   * Compares again and again until {@link #stop}.
   *
   * @param pause from the beginning of one round to that of the next
   * @param round makes a round
   */
  public void every(Duration pause, Consumer<VerifyJob> round) throws InterruptedException {
    while (!stopping) {
      long next = clock.millis() + pause.toMillis();
      round.accept(this);
      synchronized (this) {
        while (!stopping && clock.millis() < next) {
          wait(Math.max(1, next - clock.millis()));
        }
      }
    }
  }

  /** Ends behind the table that it is at. */
  public synchronized void stop() {
    stopping = true;
    notifyAll();
  }
}
