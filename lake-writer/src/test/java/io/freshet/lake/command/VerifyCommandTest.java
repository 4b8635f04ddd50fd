package io.freshet.lake.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.verify.Difference;
import io.freshet.lake.verify.Verification;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code verify} says of wrong options and configurations, and how it prints what it found.
 */
class VerifyCommandTest {
  private static final String LAKE =
      """
      lake: {warehouse: "s3a://lake/w"}
      source: {kind: landing, root: "s3a://lake/topics"}
      registry: http://127.0.0.1:1
      tables: [{topic: a.b.c, database: d, table: t}]
      """;
  private static final String POSTGRES =
      "postgres: {host: h, port: 1, database: d, user: u, password: \"${file:SECRETS:password}\"}\n";
  private static final String KAFKA = "verify: {bootstrap-servers: \"h:1\"}\n";

  @TempDir Path folder;

  private String refusal(String yaml, String... options) throws Exception {
    Path secrets = Files.writeString(folder.resolve("secrets.properties"), "password=hidden");
    Path file =
        Files.writeString(folder.resolve("lake.yaml"), yaml.replace("SECRETS", secrets.toString()));
    StringWriter errors = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("verify", "--config", file.toString()));
    arguments.addAll(List.of(options));
    int status =
        Main.commandLine()
            .setErr(new PrintWriter(errors, true))
            .execute(arguments.toArray(String[]::new));
    assertThat(status).as(errors.toString()).isEqualTo(2);
    return errors.toString();
  }

  @Test
  void namesWhatTheConfigurationLacks() throws Exception {
    assertThat(refusal(LAKE)).contains("postgres is missing");
    assertThat(refusal(LAKE + POSTGRES)).contains("verify.bootstrap-servers is missing");
    assertThat(
            refusal(
                LAKE.replace("kind: landing", "kind: landing, layout: confluent")
                    + POSTGRES
                    + KAFKA))
        .contains("source.layout is confluent");
    assertThat(refusal(LAKE + POSTGRES.replace("user:", "usr:")))
        .contains("postgres.usr")
        .contains("did you mean 'user'")
        .doesNotContain("hidden");
  }

  @ParameterizedTest
  @CsvSource({
    "--sample, 0, --sample is 0.0",
    "--sample, 1.5, --sample is 1.5",
    "--since, yesterday, --since is 'yesterday'",
    "--patience, 5, --patience is '5'",
    "--every, 1x, --every is '1x'"
  })
  void namesAWrongOption(String option, String value, String message) throws Exception {
    assertThat(refusal(LAKE + POSTGRES + KAFKA, option, value)).contains(message);
  }

  @Test
  void printsWhatDiffersWithBothValues() {
    Verification result =
        new Verification(
            "d.t",
            "public.t",
            Instant.EPOCH,
            "0/10",
            100,
            1,
            0,
            2,
            3,
            false,
            Map.of("shape", "path in PostgreSQL, STRUCT in the lake"),
            List.of(
                new Difference(
                    Difference.Kind.MISSING,
                    Map.of("id", "1"),
                    List.of(new Difference.Values("name", "'a'", ""))),
                new Difference(
                    Difference.Kind.DIFFERENT,
                    Map.of("id", "2"),
                    List.of(new Difference.Values("name", "'a '", "'a'")))),
            Set.of("1\u0001", "2\u0001", "3\u0001"),
            Duration.ofMillis(1_200));
    assertThat(VerifyText.of(result).lines())
        .containsExactly(
            "d.t differs from public.t at 0/10: 1 missing, 0 extra, 2 different of 100 rows, in 1.2 s",
            "  missing   id=1: name='a'",
            "  different id=2: name is 'a ' in PostgreSQL, 'a' in the lake",
            "  … and 1 more",
            "  3 keys changed from each look to the next, so that nothing can be said of them",
            "  not compared: shape (path in PostgreSQL, STRUCT in the lake)");
    assertThat(VerifyText.json(result))
        .contains("\"equal\":false")
        .contains(
            "{\"kind\":\"missing\",\"key\":{\"id\":\"1\"},\"values\":{\"name\":{\"source\":\"'a'\"}}}");
  }
}
