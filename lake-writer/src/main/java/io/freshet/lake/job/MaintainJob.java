package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TopicPattern;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.Leases;
import io.freshet.lake.table.TableServices;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts, cleans and archives tables in a process of its own, beside one that writes them. A
 * compaction of a table that is being written is planned by its writer, and carried out here.
 */
public final class MaintainJob {
  private static final Logger LOG = LoggerFactory.getLogger(MaintainJob.class);

  /** Longer than two hosts' clocks may differ: the next writer's instants come after the plan's. */
  private static final long CLOCKS_APART_MS = 1_000;

  private final LakeConfig config;
  private final SparkSession spark;
  private final Clock clock;
  private final TopicPattern wanted;
  private volatile boolean stopping;

  /**
   * @param tables names, {@code database.table}, or patterns of the tables to maintain
   */
  public MaintainJob(LakeConfig config, SparkSession spark, Clock clock, List<String> tables) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
    this.wanted = new TopicPattern(tables, List.of());
  }

  /**
   * Looks after the tables.
   *
   * @param once whether to do all that there is to do, and end; else what is due, until {@link
   *     #stop}
   * @throws LakeException if a table is looked after by another job, or a run that ends failed
   */
  public void run(boolean once) throws InterruptedException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    try (Leases leases = Leases.open(config, hadoop, Leases.MAINTAIN)) {
      Map<String, TableServices> tables = new LinkedHashMap<>();
      LogPruning pruning = new LogPruning(config, spark, clock);
      do {
        open(leases, tables);
        Map<String, RuntimeException> failures = round(leases, tables, once);
        pruning.runDue();
        if (once && !failures.isEmpty()) {
          Map.Entry<String, RuntimeException> first = failures.entrySet().iterator().next();
          throw new LakeException(
              "%s was not maintained: %s".formatted(first.getKey(), first.getValue().getMessage()),
              first.getValue());
        }
        if (!once) {
          pause();
        }
      } while (!once && !stopping);
    }
  }

  private void open(Leases leases, Map<String, TableServices> tables) throws InterruptedException {
    List<TableConfig> configured = ConfiguredTables.of(config, spark);
    for (TableConfig table : configured) {
      if (!tables.containsKey(table.name()) && wanted.matches(table.name())) {
        var hudi = HudiTable.existing(spark, table, config.location(table));
        if (hudi.isPresent()) {
          leases.claim(Leases.Role.SERVICES, table.name());
          tables.put(
              table.name(),
              new TableServices(
                  hudi.get(), clock, config.services(), plan -> plan(leases, table.name(), plan)));
        }
      }
    }
    for (String name : wanted.names()) {
      if (configured.stream().noneMatch(table -> table.name().equals(name))) {
        throw ConfiguredTables.unknown(name, configured);
      }
    }
  }

  private static void plan(Leases leases, String table, Runnable plan) {
    try {
      boolean planned =
          leases.asWriter(
              table,
              () -> {
                plan.run();
                pauseForClocks();
              });
      if (!planned) {
        LOG.info("{} is being written; its writer plans its compactions", table);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LakeException("interrupted while planning a compaction of " + table, interrupted);
    }
  }

  private static void pauseForClocks() {
    try {
      TimeUnit.MILLISECONDS.sleep(CLOCKS_APART_MS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, RuntimeException> round(
      Leases leases, Map<String, TableServices> tables, boolean all) {
    Map<String, RuntimeException> failures = new LinkedHashMap<>();
    tables.forEach(
        (name, services) -> {
          if (stopping) {
            return;
          }
          try {
            leases.requireHeld();
            if (all) {
              services.runAll();
            } else {
              services.runDue();
            }
          } catch (RuntimeException failed) {
            LOG.error("{}: {}", name, failed.getMessage());
            LOG.debug("table services", failed);
            failures.put(name, failed);
          }
        });
    return failures;
  }

  private synchronized void pause() throws InterruptedException {
    long until = clock.millis() + config.services().interval().toMillis();
    while (!stopping && clock.millis() < until) {
      wait(Math.max(1, until - clock.millis()));
    }
  }

  /** Makes {@link #run} return behind the table that it is at. */
  public synchronized void stop() {
    stopping = true;
    notifyAll();
  }
}
