package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.Leases;
import io.freshet.lake.verify.Repair;
import io.freshet.lake.verify.RepairRequests;
import io.freshet.lake.verify.Verification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;

/**
 * Repairs the rows that a comparison found. A table has one writer: a running {@code ingest} is
 * asked to do it between two commits, and where none runs, this job is the writer for a moment.
 */
public final class RepairJob implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(250);

  private final LakeConfig config;
  private final SparkSession spark;
  private final Clock clock;
  private final Duration patience;
  private final Leases leases;
  private final RepairRequests requests;

  /**
   * @param patience how long a running ingest is waited for
   */
  public RepairJob(LakeConfig config, SparkSession spark, Clock clock, Duration patience) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
    this.patience = patience;
    this.leases = Leases.open(config, spark.sparkContext().hadoopConfiguration(), "repair");
    this.requests =
        new RepairRequests(config.warehouse(), spark.sparkContext().hadoopConfiguration());
  }

  /**
   * Repairs a table.
   *
   * @throws LakeException if the table's writer does not do it
   */
  public Repair.Result run(Verification found) throws InterruptedException {
    Repair.Result[] result = new Repair.Result[1];
    boolean done =
        leases.asWriter(found.table(), () -> result[0] = repair(found.table(), found.keys()));
    return done ? result[0] : askTheWriter(found);
  }

  private Repair.Result repair(String name, Collection<String> keys) {
    TableConfig table =
        ConfiguredTables.of(config, spark).stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow();
    HudiTable hudi =
        HudiTable.existing(spark, table, config.location(table))
            .orElseThrow(() -> new LakeException("table " + name + " is gone"));
    return new Repair(spark, hudi, VerifyJob.postgres(config), clock).run(keys);
  }

  private Repair.Result askTheWriter(Verification found) throws InterruptedException {
    String request = requests.ask(found.table(), found.keys());
    Instant deadline = clock.instant().plus(patience);
    while (clock.instant().isBefore(deadline)) {
      Optional<RepairRequests.Answer> answer = requests.answer(request);
      if (answer.isPresent()) {
        return answer
            .get()
            .result()
            .orElseThrow(
                () ->
                    new LakeException(
                        "the job that writes %s could not repair it: %s"
                            .formatted(found.table(), answer.get().reason())));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    }
    requests.withdraw(request);
    throw new LakeException(
        "%s is written by another job, which has not repaired it within %d s; its configuration needs the section postgres too"
            .formatted(found.table(), patience.toSeconds()));
  }

  @Override
  public void close() {
    leases.close();
  }
}
