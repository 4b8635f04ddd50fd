package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.command.Main;
import io.freshet.lake.postgres.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** {@code snapshot --copy} and {@code status --copy} as their user runs them. */
class CopyStatusTest extends CopyFixture {
  private Path config;

  private String status(String... more) throws Exception {
    Path output = folder.resolve("status.out");
    String[] all = new String[3 + more.length];
    all[0] = "status";
    all[1] = "--copy";
    all[2] = config.toString();
    System.arraycopy(more, 0, all, 3, more.length);
    Process asked = Forked.start(output, Main.class, all);
    assertThat(asked.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return asked.exitValue() + " " + Files.readString(output);
  }

  private JsonNode json() throws Exception {
    String printed = status("--json");
    return new ObjectMapper().readTree(printed.substring(printed.indexOf('{')));
  }

  @Test
  void aRunningCopySaysHowFarEachTableIs() throws Exception {
    HeldRows.create(server, DATABASE);
    config = folder.resolve("copy.yaml");
    Path secrets =
        Files.writeString(folder.resolve("secrets"), "password=" + TestPostgres.PASSWORD);
    Files.writeString(
        config,
        yaml(
                postgres().replace("${env:PASSWORD}", "${file:" + secrets + ":password}"),
                files("parquet", "warehouse", "p"),
                "replace",
                "{from: public.works, to: m.works}",
                "{from: public.held, to: m.held}")
            + "concurrent-tables: 1\n");
    assertThat(status()).isEqualTo("0 snapshot not running\n");
    Path output = folder.resolve("copy.log");
    Process copy;
    try (HeldRows rows = HeldRows.hold(server, DATABASE)) {
      copy = Forked.start(output, Main.class, "snapshot", "--copy", config.toString());
      try {
        rows.awaitReaders(1);
        // Spark says what a task has read with the executor's heartbeats; rows are made of a
        // buffer's bytes, so that few ones are none yet.
        Awaitility.await("what was read")
            .atMost(Duration.ofMinutes(1))
            .untilAsserted(
                () ->
                    assertThat(json().at("/tables/1/bytes").asLong())
                        .as("%s", json())
                        .isGreaterThan(500_000));
        JsonNode works = json().at("/tables/0");
        assertThat(works.path("table").asText()).isEqualTo("m.works");
        assertThat(works.path("state").asText()).isEqualTo("loaded");
        assertThat(works.path("rows").asLong()).isEqualTo(500);
        assertThat(works.path("bytes").asLong()).isPositive();
        assertThat(json().at("/tables/1/state").asText()).isEqualTo("loading");
        assertThat(status())
            .startsWith("0 snapshot running\n  m.works  loaded  500")
            .containsPattern("m\\.held {2}loading {2}[\\d,]+ rows, \\d+ kB, [\\d,]+/s\n");
      } catch (Throwable failed) {
        copy.destroyForcibly();
        throw failed;
      }
    }
    assertThat(copy.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(copy.exitValue()).as(Files.readString(output)).isZero();
    assertThat(status()).isEqualTo("0 snapshot not running\n");
  }
}
