package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A backlog over many new tables, in a heap that does not hold it: it is written to its end, at the
 * speed that one of the tables is written at alone.
 */
class BacklogBenchmark {
  private static final int TABLES = 8;
  private static final int ROWS = Integer.getInteger("freshet.backlog.rows", 5_000_000) / TABLES;
  private static final Pattern COMMITTED =
      Pattern.compile("commit table=\\S+ segments=\\d+ rows=(\\d+) ");
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  /** What a run wrote, and the CPU time of its whole process. */
  private record Run(long rows, Duration cpu, Duration wall) {
    double micros() {
      return cpu.toNanos() / 1_000.0 / rows;
    }
  }

  @Test
  void manyTablesInABoundedHeap() throws Exception {
    connectors.run(
        "apply",
        connectors.variant(
            "moma-s3-sink",
            "backlog-sink",
            Map.of(
                "topics.regex", "backlog\\..*",
                "flush.size", "100000",
                "rotate.interval.ms", "10000")));
    try (LandedTopic landed = new LandedTopic(pipeline, "topics")) {
      for (int table = 0; table < TABLES; table++) {
        try (SalesTopic topic = new SalesTopic(pipeline, topic(table))) {
          for (int id = 0; id < ROWS; id++) {
            topic.send("r", id, id);
          }
          topic.flush();
        }
      }
      for (int table = 0; table < TABLES; table++) {
        String topic = topic(table);
        Awaitility.await("landed")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> landed.next(topic, 0) == ROWS);
      }
      Run one = ingest("one", 1);
      Run all = ingest("all", TABLES);
      print("one table", one);
      print(TABLES + " tables", all);
      assertThat(one.rows()).isEqualTo(ROWS);
      assertThat(all.rows()).isEqualTo((long) ROWS * TABLES);
      assertThat(all.micros()).as("CPU time for a row").isLessThanOrEqualTo(1.25 * one.micros());
    } finally {
      connectors.run("delete", "backlog-sink");
    }
  }

  private static String topic(int table) {
    return "backlog.public.sales" + table;
  }

  /** Runs {@code ingest --once} in 4 GB; no memory left would end it with another code than 0. */
  private Run ingest(String database, int tables) throws Exception {
    StringBuilder yaml = new StringBuilder();
    for (int table = 0; table < tables; table++) {
      yaml.append(
          "- {topic: %s, database: backlog_%s, table: t%d, type: copy-on-write}\n"
              .formatted(topic(table), database, table));
    }
    Path config = Ingest.config(pipeline, "backlog-" + database, yaml.toString());
    Path log = config.resolveSibling(config.getFileName() + ".log");
    ProcessBuilder builder =
        pipeline.lake(List.of("ingest", "--config", config.toString(), "--once"));
    List<String> command = new ArrayList<>(builder.command());
    command.removeIf(argument -> argument.startsWith("-Xmx"));
    command.addAll(1, List.of("-Xmx4g", "-XX:+ExitOnOutOfMemoryError"));
    long began = System.nanoTime();
    Process process =
        builder.command(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Duration cpu = Duration.ZERO;
    try {
      // The operating system forgets a process's times with the process.
      while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
        cpu = process.info().totalCpuDuration().orElse(cpu);
        assertThat(System.nanoTime() - began).as(log.toString()).isLessThan(PATIENCE.toNanos());
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(log.toString()).isZero();
    long rows = 0;
    Matcher commits = COMMITTED.matcher(Files.readString(log));
    while (commits.find()) {
      rows += Long.parseLong(commits.group(1));
    }
    return new Run(rows, cpu, Duration.ofNanos(System.nanoTime() - began));
  }

  private static void print(String what, Run run) {
    System.out.printf(
        "backlog: %-10s %,d rows, CPU %.1f s, %.1f us a row, wall clock %.1f s%n",
        what,
        run.rows(),
        run.cpu().toMillis() / 1_000.0,
        run.micros(),
        run.wall().toMillis() / 1_000.0);
  }
}
