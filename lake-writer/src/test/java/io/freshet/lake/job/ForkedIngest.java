package io.freshet.lake.job;

import io.freshet.lake.config.ServicesConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;

/** An ingest job that goes on, in a process that a test may stop and kill. */
final class ForkedIngest {
  private ForkedIngest() {}

  public static void main(String[] args) throws Exception {
    try (SparkSession spark = JobFixture.session()) {
      new IngestJob(
              JobFixture.config(
                  Path.of(args[0]),
                  URI.create(args[1]),
                  Duration.ofSeconds(3),
                  ServicesConfig.DEFAULTS,
                  JobFixture.rule(OneWriterTest.TABLE)),
              spark,
              Clock.systemUTC(),
              false)
          .run();
    }
  }
}
