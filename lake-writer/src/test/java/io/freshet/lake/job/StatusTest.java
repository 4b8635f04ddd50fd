package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableRule;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.TableType;
import io.freshet.lake.config.TopicPattern;
import io.freshet.lake.metrics.StatusServer;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a running job answers over HTTP. */
class StatusTest extends JobFixture {
  private static final Instant COMMITTED = Instant.ofEpochMilli(1_700_000_000_000L);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private StatusServer server;
  private IngestJob job;
  private Future<?> run;

  @BeforeEach
  void serve() {
    server = StatusServer.start(new InetSocketAddress("127.0.0.1", 0));
  }

  @AfterEach
  void end() throws Exception {
    if (job != null) {
      job.stop();
      run.get();
    }
    thread.shutdownNow();
    server.close();
  }

  private void start(LakeConfig config) {
    job = new IngestJob(config, spark, Clock.systemUTC(), false);
    server.answerFor(job);
    run =
        thread.submit(
            () -> {
              job.run();
              return null;
            });
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(server.url().resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode status() throws Exception {
    return new ObjectMapper().readTree(get("/status").body());
  }

  private JsonNode table(String name) throws Exception {
    for (JsonNode table : status().path("tables")) {
      if (table.path("table").asText().equals(name)) {
        return table;
      }
    }
    return new ObjectMapper().createObjectNode();
  }

  private void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofMinutes(4)).until(condition);
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void countsAndTimesOfEachTable(TableType type) throws Exception {
    log.change("c", 1, "A", "French", 1, null).change("c", 2, "B", "Dutch", 1, null).land();
    start(config(table("t", type, List.of(), DeleteMode.SOFT)));
    await(() -> table("moma.t").path("commits").asLong() == 1);
    log.skip(1).change("u", 1, "C", "French", 1, null).land();
    await(() -> table("moma.t").path("commits").asLong() == 2);

    JsonNode table = table("moma.t");
    assertThat(table.path("topic").asText()).isEqualTo(TOPIC);
    assertThat(table.path("state").asText()).isEqualTo("running");
    assertThat(table.path("position")).hasToString("{\"0\":4}");
    assertThat(table.path("rowsWritten").asLong()).isEqualTo(3);
    assertThat(table.path("bytesWritten").asLong()).isPositive();
    assertThat(table.path("retries").asLong()).isZero();
    assertThat(table.path("lagPositions").asLong(-1)).isZero();
    assertThat(table.path("lagBytes").asLong(-1)).isZero();
    assertThat(table.path("quarantined").asLong(-1)).isZero();
    assertThat(Instant.parse(table.path("newestSourceAt").asText())).isEqualTo(COMMITTED);
    assertThat(table.path("freshnessMs").asLong())
        .isGreaterThan(Duration.between(COMMITTED, Instant.now()).toMillis() - 60_000);
    assertThat(Instant.parse(table.path("lastCommitAt").asText()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now());
    long last = table.path("commitMs").path("last").asLong();
    assertThat(last).isPositive();
    assertThat(table.path("commitMs").path("p95").asDouble())
        .isGreaterThanOrEqualTo(last * 0.98)
        .isGreaterThanOrEqualTo(table.path("commitMs").path("p50").asDouble());
    await(() -> table("moma.t").at("/files/groups").asLong() > 0);
    JsonNode files = table("moma.t").path("files");
    assertThat(files.path("small").asLong()).isEqualTo(files.path("groups").asLong());
    assertThat(files.path("bytes").asLong()).isPositive();
    requireMeters();
  }

  private void requireMeters() throws Exception {
    HttpResponse<String> metrics = get("/metrics");
    assertThat(metrics.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    String tags = "table=\"moma.t\",topic=\"" + TOPIC + "\"";
    assertThat(metrics.body().lines())
        .contains("freshet_lake_rows_written_total{" + tags + "} 3.0")
        .contains("freshet_lake_lag_positions{" + tags + "} 0.0")
        .contains("freshet_lake_lag_bytes{" + tags + "} 0.0")
        .contains("freshet_lake_retries_total{" + tags + "} 0.0")
        .contains("freshet_lake_quarantined{" + tags + "} 0.0")
        .contains("freshet_lake_commit_seconds_count{" + tags + "} 2")
        .contains("freshet_lake_table_state{state=\"running\"," + tags + "} 1.0")
        .anyMatch(
            line -> line.startsWith("freshet_lake_commit_seconds{" + tags + ",quantile=\"0.95\"}"))
        .anyMatch(line -> line.startsWith("freshet_lake_freshness_seconds{" + tags + "} "))
        .anyMatch(line -> line.startsWith("freshet_lake_small_files{" + tags + "} "))
        .anyMatch(line -> line.startsWith("freshet_lake_log_files{" + tags + "} "))
        .anyMatch(line -> line.startsWith("freshet_lake_s3_requests_total{client=\"tables\"} "))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"));
  }

  @Test
  void aFailingTableBacksOffWithItsReasonAndTheJobStaysHealthy() throws Exception {
    Files.createDirectories(folder.resolve("warehouse/moma"));
    Files.writeString(folder.resolve("warehouse/moma/bad"), "a file where a folder should be");
    log.change("c", 1, "A", null, 1, null).land();
    start(
        config(
            table("bad", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT),
            table("good", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT)));
    await(() -> table("moma.good").path("commits").asLong() == 1);
    await(() -> table("moma.bad").path("retries").asLong() > 0);

    JsonNode bad = table("moma.bad");
    assertThat(bad.path("state").asText()).isEqualTo("backing-off");
    assertThat(bad.path("reason").asText()).contains("warehouse/moma/bad");
    assertThat(bad.path("retryInMs").isNumber()).isTrue();
    assertThat(bad.path("lagPositions").asLong()).isEqualTo(1);
    assertThat(bad.path("lagBytes").asLong()).isEqualTo(Files.size(log.newest()));
    assertThat(get("/metrics").body())
        .contains("freshet_lake_table_state{state=\"backing-off\",table=\"moma.bad\"");
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void aJobThatStartsIsAliveButNotReady() throws Exception {
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(status().path("state").asText()).isEqualTo("starting");
    new TestLog(folder.resolve("topics"), "moma.public.keyless")
        .change("c", 1, "A", "French", 1, null)
        .land();
    start(
        config(
            rule(table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT)),
            new TableRule(
                new TopicPattern(List.of("moma.public.k*"), List.of()),
                "moma",
                "{table}",
                TableSettings.DEFAULTS)));
    await(() -> get("/ready").statusCode() == 200);
    assertThat(status().path("refusedTopics").path("moma.public.keyless").asText())
        .contains("without-key: append");
    assertThat(status().path("state").asText()).isEqualTo("running");
    assertThat(status().path("source").asText()).contains("topics");
    job.stop();
    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(status().path("state").asText()).isEqualTo("stopping");
  }

  @Test
  void brokenWritersAreUnhealthy() throws Exception {
    log.change("c", 1, "A", null, 1, null).land();
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    job = new IngestJob(config(table), spark, Clock.systemUTC(), false);
    server.answerFor(job);
    job.breakOff(new OutOfMemoryError("heap"));
    HttpResponse<String> health = get("/health");
    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body()).contains("writing broke off").contains("heap");
    assertThat(status().path("state").asText()).isEqualTo("broken");
    assertThatThrownBy(job::run).isInstanceOf(LakeException.class).hasMessageContaining("heap");
    job = null;
  }

  @Test
  void onlyWhatThereIsIsAnswered() throws Exception {
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
    assertThat(get("/status/more").statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(server.url().resolve("/status"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    assertThat(http.send(post, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(405);
  }

  @Test
  void anAddressInUseIsNamed() {
    InetSocketAddress used = new InetSocketAddress("127.0.0.1", server.url().getPort());
    assertThatThrownBy(() -> StatusServer.start(used))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("lake.metrics.listen is 127.0.0.1:" + used.getPort())
        .hasMessageContaining("port 0");
  }
}
