package io.freshet.lake.job;

import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.postgres.TestPostgres;
import io.freshet.lake.snapshot.SnapshotJob;
import io.freshet.lake.snapshot.SnapshotSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;

/** A snapshot of artists and works, one after the other, in a process that a test may kill. */
final class ForkedSnapshot {
  private ForkedSnapshot() {}

  public static void main(String[] args) throws Exception {
    try (SparkSession spark = JobFixture.session()) {
      new SnapshotJob(
              SnapshotFixture.config(
                  Path.of(args[0]),
                  URI.create(args[1]),
                  SnapshotFixture.postgres(
                      Integer.parseInt(args[2]),
                      args[3],
                      TestPostgres.SUPERUSER,
                      "none",
                      "public.*"),
                  JobFixture.rule(table("artists")),
                  JobFixture.rule(table("works"))),
              spark,
              Clock.systemUTC(),
              new SnapshotSettings(1, false, Duration.ofMinutes(2)))
          .run();
    }
  }

  private static TableConfig table(String name) {
    return new TableConfig("moma.public." + name, "moma", name, TableSettings.DEFAULTS);
  }
}
