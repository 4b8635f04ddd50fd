package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.apache.avro.generic.GenericRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The S3 sink in real workers that come and go, while its topics are written to: afterwards every
 * offset is in the landing log once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SinkWorkersIT {
  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final EmbeddedPipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);
  private final HttpClient http = HttpClient.newHttpClient();
  private LandedTopic landed;
  private AvroTopics topics;

  @BeforeAll
  void connect() throws Exception {
    landed = new LandedTopic(pipeline, "topics");
    topics = new AvroTopics(pipeline);
    // Workers share all tasks evenly, whose they are does not count: where suites before this one
    // have left theirs, a second worker may get nothing but those.
    for (JsonNode leftover : get("/connectors")) {
      connectors.run("delete", leftover.asText());
    }
  }

  @AfterAll
  void disconnect() {
    topics.close();
    landed.close();
  }

  /** Both ways in which a consumer group shares its partitions anew. */
  @ParameterizedTest
  @CsvSource({
    "eager, range, org.apache.kafka.clients.consumer.RangeAssignor",
    "cooperative, cooperative-sticky, org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
  })
  void everyOffsetIsLandedOnceWhileWorkersAndTasksComeAndGo(
      String kind, String assignor, String assignorClass) throws Exception {
    String sink = "workers-" + kind;
    topics.create(sink + ".first", PARTITIONS);
    // With no other connectors, two workers get two tasks each.
    apply(sink, assignorClass, 4);
    try (SteadyWriter writer = new SteadyWriter(topics)) {
      writer.add(sink + ".first", PARTITIONS);
      awaitProgress(writer, "in the beginning");
      await(assignor, () -> topics.assignor("connect-" + sink).equals(assignor));

      pipeline.stopConnect();
      pipeline.restartConnect();
      awaitProgress(writer, "after the worker's restart");

      try (SecondWorker second = SecondWorker.start(pipeline)) {
        await("a task at each worker", () -> workers(sink).size() == 2);
        awaitProgress(writer, "with two workers");

        topics.create(sink + ".second", PARTITIONS);
        writer.add(sink + ".second", PARTITIONS);
        awaitProgress(writer, "with a topic more");

        apply(sink, assignorClass, 5);
        await("five tasks", () -> runningTasks(sink) == 5);
        awaitProgress(writer, "with a task more");

        second.stop();
        await("all tasks at one worker", () -> workers(sink).size() == 1);
      }
      awaitProgress(writer, "with one worker again");

      apply(sink, assignorClass, 1);
      await("one task", () -> runningTasks(sink) == 1);
      awaitProgress(writer, "with one task");
      writer.stop();
      for (Map.Entry<String, Long> topic : writer.ends().entrySet()) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          assertLandedOnce(topic.getKey(), partition, topic.getValue());
        }
      }
    } finally {
      connectors.run("delete", sink);
    }
  }

  private void assertLandedOnce(String topic, int partition, long end) throws IOException {
    await(
        topic + "-" + partition + " landed to its end " + end,
        () -> landed.next(topic, partition) == end);
    List<Long> expected = LongStream.range(0, end).boxed().toList();
    List<GenericRecord> rows = landed.rows(topic, partition);
    assertThat(rows)
        .as("offsets of %s-%d", topic, partition)
        .extracting(LandedTopic::offset)
        .isEqualTo(expected);
    assertThat(rows)
        .as("values of %s-%d", topic, partition)
        .extracting(row -> row.get("n"))
        .isEqualTo(expected);
  }

  /** Small files, so that there is something to lose at each of the steps. */
  private void apply(String sink, String assignor, int tasks) throws IOException {
    connectors.run(
        "apply",
        connectors.variant(
            "moma-s3-sink",
            sink,
            Map.of(
                "topics.regex",
                sink + "\\..*",
                "tasks.max",
                Integer.toString(tasks),
                "flush.size",
                "300",
                "rotate.interval.ms",
                "1000",
                "consumer.override.metadata.max.age.ms",
                "1000",
                "consumer.override.partition.assignment.strategy",
                assignor)));
  }

  /** Waits until all partitions have landed what was written so far, and then some. */
  private void awaitProgress(SteadyWriter writer, String when) {
    Map<String, Long> before = writer.ends();
    await(
        "progress of all partitions " + when,
        () -> {
          for (Map.Entry<String, Long> topic : before.entrySet()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
              if (landed.next(topic.getKey(), partition) <= topic.getValue()) {
                return false;
              }
            }
          }
          return true;
        });
  }

  private int runningTasks(String sink) throws Exception {
    int running = 0;
    for (JsonNode task : status(sink).path("tasks")) {
      running += task.path("state").asText().equals("RUNNING") ? 1 : 0;
    }
    return running;
  }

  /** The workers that run tasks of a sink; none where not all of its tasks run. */
  private Set<String> workers(String sink) throws Exception {
    Set<String> workers = new HashSet<>();
    JsonNode tasks = status(sink).path("tasks");
    tasks.forEach(task -> workers.add(task.path("worker_id").asText()));
    return runningTasks(sink) == tasks.size() ? workers : Set.of();
  }

  private JsonNode status(String connector) throws Exception {
    return get("/connectors/" + connector + "/status");
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    URI address = URI.create(pipeline.env("FRESHET_CONNECT_URL") + path);
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    return Connectors.JSON.readTree(answer.body());
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .ignoreExceptions()
        .until(condition);
  }
}
