package io.freshet.lake.job;

import io.freshet.lake.config.CopyConfig;
import io.freshet.lake.config.CopyLoader;
import io.freshet.lake.copy.CopyJob;
import io.freshet.lake.postgres.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * Copies in a process that a test may kill: what the first file says at once, what each other one
 * says after a byte more of the input.
 */
final class ForkedCopy {
  private ForkedCopy() {}

  public static void main(String[] args) throws Exception {
    try (SparkSession spark = JobFixture.session()) {
      for (String file : args) {
        new Thread(() -> copy(Path.of(file), spark)).start();
        if (System.in.read() < 0) {
          return;
        }
      }
    }
  }

  private static void copy(Path file, SparkSession spark) {
    try {
      CopyConfig config =
          new CopyLoader(Map.of("PASSWORD", TestPostgres.PASSWORD)).parse(Files.readString(file));
      new CopyJob(config, spark, Clock.systemUTC(), false).run();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
