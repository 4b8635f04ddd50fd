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
import java.util.Map;
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
 * of what updates of a merge-on-read table take: so many batches are written that the defaults
 * compact them once, and each batch bears its part of that. {@code maintain} does it, which takes
 * all cores as the streamer does; the ingest's own would leave half of them to commits that there
 * are none of.
 */
class StreamerBenchmark {
  private static final int ROWS = Integer.getInteger("freshet.streamer.rows", 2_000_000);
  private static final int UPDATES = ROWS / 10;
  private static final int BATCHES = Integer.getInteger("freshet.streamer.batches", 20);
  private static final int ROUNDS = Integer.getInteger("freshet.benchmark.rounds", 3);

  /** Batches where each of them writes its files anew. */
  private static final int COPIED_BATCHES = 3;

  /** Rows of a landed file: each batch ends with one. */
  private static final int FILE = UPDATES / 2;

  private static final String TOPIC = "streamer.public.sales";
  private static final String MEMORY = "-Xmx4g";
  private static final Pattern COMMITTED =
      Pattern.compile("commit table=\\S+ segments=\\d+ rows=(\\d+) bytes=\\d+ ms=(\\d+) ");
  private static final Pattern COMPACTED = Pattern.compile("compaction \\d+ took (\\d+) ms");
  private static final Pattern STREAMED = Pattern.compile("streamer operation=(\\w+) ms=(\\d+)");
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);
  private final Path module =
      Path.of(System.getProperty("freshet.root"), "integration-tests/streamer/target");

  /** What a run took, in seconds: the load, and a batch of updates. */
  private record Run(double load, double updates) {}

  @Test
  void newTablesAndUpdates() throws Exception {
    assumeThat(module.resolve("class-path.txt")).as("-Pstreamer builds it").exists();
    Path folder = Files.createDirectories(pipeline.folder().resolve("streamer"));
    List<Path> files = land(Files.createDirectories(folder.resolve("landed")));
    List<Run> streamer = new ArrayList<>();
    List<Run> cow = new ArrayList<>();
    List<Run> mor = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      streamer.add(streamer(folder.resolve("streamer" + round), files));
      cow.add(ingest(folder, "cow" + round, "copy-on-write", COPIED_BATCHES, files));
      mor.add(ingest(folder, "mor" + round, "merge-on-read", BATCHES, files));
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

  /** The files of the load, and behind them those of each batch of updates. */
  private List<Path> land(Path folder) throws Exception {
    connectors.run(
        "apply",
        connectors.variant(
            "moma-s3-sink",
            "streamer-sink",
            Map.of(
                "topics.regex", "streamer\\..*",
                "flush.size", Integer.toString(FILE),
                "rotate.interval.ms", "3600000",
                "rotate.idle.ms", "3600000")));
    try (SalesTopic topic = new SalesTopic(pipeline, TOPIC);
        LandedTopic landed = new LandedTopic(pipeline, "topics")) {
      for (int id = 0; id < ROWS; id++) {
        topic.send("r", id, id);
      }
      int total = ROWS;
      for (int batch = 0; batch < BATCHES; batch++) {
        for (int i = 0; i < UPDATES; i++) {
          topic.send("u", i * (ROWS / UPDATES) + batch % (ROWS / UPDATES), total++);
        }
      }
      topic.flush();
      int end = total;
      Awaitility.await("landed")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> landed.next(TOPIC, 0) == end);
      List<Path> files = landed.downloadAll(TOPIC, 0, folder);
      assertThat(files).hasSize(end / FILE);
      return files;
    } finally {
      connectors.run("delete", "streamer-sink");
    }
  }

  private static List<Path> load(List<Path> files) {
    return files.subList(0, ROWS / FILE);
  }

  private static List<Path> batch(List<Path> files, int number) {
    int first = ROWS / FILE + number * (UPDATES / FILE);
    return files.subList(first, first + UPDATES / FILE);
  }

  private static Path link(List<Path> files, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Path file : files) {
      Files.createLink(folder.resolve(file.getFileName()), file);
    }
    return folder;
  }

  private Run streamer(Path folder, List<Path> files) throws Exception {
    Files.createDirectories(folder);
    Path schema = folder.resolve("schema.avsc");
    try (DataFileReader<GenericRecord> first =
        new DataFileReader<>(files.get(0).toFile(), new GenericDatumReader<>())) {
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
            link(load(files), folder.resolve("load")).toUri().toString()));
    for (int batch = 0; batch < COPIED_BATCHES; batch++) {
      Path updates = link(batch(files, batch), folder.resolve("updates" + batch));
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

  private Run ingest(Path folder, String table, String type, int batches, List<Path> files)
      throws Exception {
    Path root = folder.resolve(table + "-topics");
    Path landing = root.resolve(TOPIC).resolve("partition=0");
    Path config = pipeline.folder().resolve("streamer-" + table + ".yaml");
    Files.writeString(
        config,
        """
        services:
          beside-ingest: false
        lake:
          warehouse: %s
          metastore: ${env:FRESHET_METASTORE_URI}
        registry: ${env:FRESHET_REGISTRY_URL}
        source:
          kind: landing
          root: %s
        tables:
          - {topic: %s, database: streamer, table: %s, type: %s}
        """
            .formatted(folder.resolve("warehouse").toUri(), root.toUri(), TOPIC, table, type));
    link(load(files), landing);
    ProcessBuilder builder = lake("ingest", "--config", config.toString());
    double load;
    double updates;
    List<Double> commits = new ArrayList<>();
    try (Ingest run = Ingest.start(builder, folder.resolve(table + ".log"))) {
      awaitRows(run, ROWS);
      load = seconds(run, COMMITTED, 2);
      for (int batch = 0; batch < batches; batch++) {
        double before = seconds(run, COMMITTED, 2);
        link(batch(files, batch), landing);
        awaitRows(run, ROWS + (batch + 1) * (long) UPDATES);
        commits.add(seconds(run, COMMITTED, 2) - before);
      }
      run.stop();
      updates = median(commits);
    }
    if (type.equals("merge-on-read")) {
      updates += compaction(config, folder.resolve(table + "-maintain.log")) / batches;
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

  private double compaction(Path config, Path log) throws Exception {
    try (Ingest run =
        Ingest.start(lake("maintain", "--once", "--config", config.toString()), log)) {
      run.finish();
      assertThat(run.log()).containsPattern(COMPACTED);
      return seconds(run, COMPACTED, 1);
    }
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
              return sum(run, COMMITTED, 1) >= rows;
            });
  }

  private static double seconds(Ingest run, Pattern pattern, int group) throws IOException {
    return sum(run, pattern, group) / 1_000.0;
  }

  private static long sum(Ingest run, Pattern pattern, int group) throws IOException {
    long sum = 0;
    Matcher found = pattern.matcher(run.log());
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
