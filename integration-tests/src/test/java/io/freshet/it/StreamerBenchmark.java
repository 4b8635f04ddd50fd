package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Landed rows into a new table, and updates of rows in all its files, against HoodieStreamer with
 * the same files: both on the local disk, in turn, each in one JVM that loads the table and then
 * updates it in batches, timed without the JVM's start; the median batch counts. Compaction is part
 * of what updates of a merge-on-read table take. There the batches wait all at once and make a
 * commit each, beside which the same JVM compacts whenever the defaults make it due, after 20 of
 * them; what counts is the time from the plan of one compaction, which is carried out in it, to
 * that of the next, by the number of commits between them.
 */
class StreamerBenchmark {
  private static final int ROWS = Integer.getInteger("freshet.streamer.rows", 2_000_000);
  private static final int UPDATES = ROWS / SalesBatches.OF_ROWS;
  private static final int BATCHES = Integer.getInteger("freshet.streamer.batches", 50);
  private static final int ROUNDS = Integer.getInteger("freshet.benchmark.rounds", 3);

  /** Batches where each of them writes its files anew. */
  private static final int COPIED_BATCHES = 3;

  private static final String TOPIC = "streamer.public.sales";
  private static final String MEMORY = "-Xmx4g";
  private static final Pattern COMMITTED =
      Pattern.compile("commit table=\\S+ segments=\\d+ rows=(\\d+) bytes=\\d+ ms=(\\d+) ");
  private static final Pattern STREAMED = Pattern.compile("streamer operation=(\\w+) ms=(\\d+)");
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Path module =
      Path.of(System.getProperty("freshet.root"), "integration-tests/streamer/target");

  /** What a run took, in seconds: the load, and a batch of updates. */
  private record Run(double load, double updates) {}

  @Test
  void newTablesAndUpdates() throws Exception {
    assumeThat(module.resolve("class-path.txt")).as("-Pstreamer builds it").exists();
    Path folder = Files.createDirectories(pipeline.folder().resolve("streamer"));
    SalesBatches files =
        SalesBatches.land(
            pipeline, TOPIC, ROWS, BATCHES, Files.createDirectories(folder.resolve("landed")));
    List<Run> streamer = new ArrayList<>();
    List<Run> cow = new ArrayList<>();
    List<Run> mor = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      streamer.add(streamer(folder.resolve("streamer" + round), files));
      cow.add(ingest(folder, "cow" + round, "copy-on-write", files));
      mor.add(ingest(folder, "mor" + round, "merge-on-read", files));
    }
    print("HoodieStreamer, copy-on-write", streamer);
    print("ingest, copy-on-write", cow);
    print("ingest, merge-on-read", mor);
    double loads = medianLoad(streamer) / medianLoad(cow);
    double copied = medianUpdates(streamer) / medianUpdates(cow);
    double merged = medianUpdates(streamer) / medianUpdates(mor);
    System.out.printf(
        "streamer: a new table at %.2f x its speed (bar 3), updates copy-on-write %.2f x (bar 2),"
            + " merge-on-read with compaction %.2f x (bar 8)%n",
        loads, copied, merged);
    assertThat(loads).as("a new table").isGreaterThanOrEqualTo(3);
    assertThat(copied).as("updates, copy-on-write").isGreaterThanOrEqualTo(2);
    assertThat(merged).as("updates, merge-on-read").isGreaterThanOrEqualTo(8);
  }

  private Run streamer(Path folder, SalesBatches files) throws Exception {
    Files.createDirectories(folder);
    Path schema = folder.resolve("schema.avsc");
    try (DataFileReader<GenericRecord> first =
        new DataFileReader<>(files.load().get(0).toFile(), new GenericDatumReader<>())) {
      Files.writeString(schema, first.getSchema().toString());
    }
    Path jar = module.resolve("freshet-streamer-" + System.getProperty("freshet.version") + ".jar");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                MEMORY,
                "-XX:+UseParallelGC",
                "-Djdk.reflect.useDirectMethodHandle=false"));
    pipeline.lake(List.of()).command().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            jar + File.pathSeparator + Files.readString(module.resolve("class-path.txt")).strip(),
            "io.freshet.streamer.StreamerRun",
            folder.resolve("table").toUri().toString(),
            schema.toUri().toString(),
            "BULK_INSERT",
            SalesBatches.link(files.load(), folder.resolve("load")).toUri().toString()));
    for (int batch = 0; batch < COPIED_BATCHES; batch++) {
      Path updates = SalesBatches.link(files.batch(batch), folder.resolve("updates" + batch));
      command.addAll(List.of("UPSERT", updates.toUri().toString()));
    }
    Path log = folder.resolve("streamer.log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeAll(List.of("SPARK_HOME", "SPARK_CONF_DIR"));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    try (Ingest run = Ingest.start(builder, log)) {
      run.finish();
      List<Double> seconds = new ArrayList<>();
      Matcher streamed = STREAMED.matcher(run.log());
      while (streamed.find()) {
        seconds.add(Long.parseLong(streamed.group(2)) / 1_000.0);
      }
      assertThat(seconds).as(log.toString()).hasSize(1 + COPIED_BATCHES);
      return new Run(seconds.get(0), median(seconds.subList(1, seconds.size())));
    }
  }

  private Run ingest(Path folder, String table, String type, SalesBatches files) throws Exception {
    boolean merged = type.equals("merge-on-read");
    Path root = folder.resolve(table + "-topics");
    Path landing = root.resolve(TOPIC).resolve("partition=0");
    Path warehouse = folder.resolve("warehouse");
    Path config = pipeline.folder().resolve("streamer-" + table + ".yaml");
    Files.writeString(
        config,
        """
        services:
          interval-seconds: 1
        lake:
          warehouse: %s
          metastore: ${env:FRESHET_METASTORE_URI}
          commit-megabytes: %d
        registry: ${env:FRESHET_REGISTRY_URL}
        source:
          kind: landing
          root: %s
        tables:
          - {topic: %s, database: streamer, table: %s, type: %s}
        """
            .formatted(warehouse.toUri(), files.megabytes(), root.toUri(), TOPIC, table, type));
    SalesBatches.link(files.load(), landing);
    ProcessBuilder builder = lake("ingest", "--config", config.toString());
    double load;
    double updates;
    int batches = merged ? BATCHES : COPIED_BATCHES;
    try (Ingest run = Ingest.start(builder, folder.resolve(table + ".log"))) {
      awaitRows(run, ROWS);
      load = seconds(run);
      updates =
          merged
              ? compacted(run, files, landing, warehouse.resolve("streamer").resolve(table))
              : copied(run, files, landing);
      awaitRows(run, ROWS + batches * (long) UPDATES);
      run.stop();
    }
    List<JsonNode> found =
        pipeline
            .sql()
            .query(
                ("select count(*) `rows`, count(distinct id) ids, count_if(note is not null) updated"
                        + " from streamer.%s")
                    .formatted(table));
    long updated = (long) UPDATES * Math.min(batches, ROWS / UPDATES);
    assertThat(found.get(0).get("rows").asLong()).isEqualTo(ROWS);
    assertThat(found.get(0).get("ids").asLong()).isEqualTo(ROWS);
    assertThat(found.get(0).get("updated").asLong()).isEqualTo(updated);
    return new Run(load, updates);
  }

  /** The median of batches each of which lands when the one before is committed. */
  private static double copied(Ingest run, SalesBatches files, Path landing) throws IOException {
    List<Double> commits = new ArrayList<>();
    for (int batch = 0; batch < COPIED_BATCHES; batch++) {
      double before = seconds(run);
      SalesBatches.link(files.batch(batch), landing);
      awaitRows(run, ROWS + (batch + 1) * (long) UPDATES);
      commits.add(seconds(run) - before);
    }
    return median(commits);
  }

  /** What a batch takes of the time from one compaction's plan to the next one's. */
  private static double compacted(Ingest run, SalesBatches files, Path landing, Path table)
      throws IOException {
    SalesBatches.link(files.batches(), landing);
    AtomicReference<CompactionCycle> seen = new AtomicReference<>();
    Awaitility.await("two compactions")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              assertThat(run.isAlive()).as(run.log()).isTrue();
              Optional<CompactionCycle> cycle = CompactionCycle.of(table);
              cycle.ifPresent(seen::set);
              return cycle.isPresent();
            });
    CompactionCycle cycle = seen.get();
    System.out.printf("streamer: %s%n", cycle);
    // More of them where compaction falls behind the commits.
    assertThat(cycle.commits()).as(cycle.toString()).isBetween(20, 30);
    return cycle.secondsPerCommit();
  }

  private ProcessBuilder lake(String... arguments) throws Exception {
    ProcessBuilder builder = pipeline.lake(List.of(arguments));
    builder.command().removeIf(argument -> argument.startsWith("-Xmx"));
    builder.command().add(1, MEMORY);
    return builder;
  }

  private static void awaitRows(Ingest run, long rows) {
    Awaitility.await(rows + " rows")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              assertThat(run.isAlive()).as(run.log()).isTrue();
              return sum(run, 1) >= rows;
            });
  }

  /** What its commits took until now. */
  private static double seconds(Ingest run) throws IOException {
    return sum(run, 2) / 1_000.0;
  }

  private static long sum(Ingest run, int group) throws IOException {
    long sum = 0;
    Matcher found = COMMITTED.matcher(run.log());
    while (found.find()) {
      sum += Long.parseLong(found.group(group));
    }
    return sum;
  }

  private static void print(String what, List<Run> runs) {
    System.out.printf(
        "streamer: %-30s %d rows %.1f s, %d updates %.1f s (medians); rounds: %s%n",
        what, ROWS, medianLoad(runs), UPDATES, medianUpdates(runs), runs);
  }

  private static double medianLoad(List<Run> runs) {
    return median(runs.stream().map(Run::load).toList());
  }

  private static double medianUpdates(List<Run> runs) {
    return median(runs.stream().map(Run::updates).toList());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
