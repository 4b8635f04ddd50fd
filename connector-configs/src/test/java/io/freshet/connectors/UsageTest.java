package io.freshet.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong before, or without, a worker. */
class UsageTest {
  private final Tool tool = new Tool(URI.create("http://127.0.0.1:1"));
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a": "1", "a": "2"}           | :1:15: the key 'a' stands there twice
          {"a": 1,                       | :1:
          {"a": {"b": 1}}                | :1:7: 'a' is an object: a connector config is flat
          {"name": "x", "config": {}}    | 'config' is an object: a connector config is flat; keep only what stands inside 'config'
          {"a": ["b"]}                   | :1:7: 'a' is an array: write a list as one string, comma-separated
          {"a": null}                    | :1:7: 'a' is null: leave the key out
          ["a"]                          | :1:1: expected a JSON object of keys and values
          {"a": 1} {"b": 2}              | something follows the object's closing brace
          {"name": " "}                  | the connector's "name" is empty
          """)
  void malformedFileIsNamedWithPlaceAndKey(String json, String message) throws IOException {
    Path file = Files.writeString(dir.resolve("bad.json"), json);

    Tool.Result result = tool.run("apply", file);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.errLines()).hasSize(1);
    assertThat(result.err()).startsWith("error: " + file).contains(message);
  }

  @Test
  void missingFile() {
    Tool.Result result = tool.run("validate", dir.resolve("absent.json"));

    assertThat(result.err()).isEqualTo("error: " + dir.resolve("absent.json") + ": no such file\n");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void numbersAndBooleansAreTakenAsWritten() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("n.json"), "{\"a\": 1, \"b\": true, \"c\": 1.50, \"d\": \"x\"}");

    ConnectorFile read = ConnectorFile.read(file);

    assertThat(read.name()).isEqualTo("n");
    assertThat(read.config())
        .containsEntry("a", "1")
        .containsEntry("b", "true")
        .containsEntry("c", "1.50")
        .containsEntry("d", "x")
        .containsEntry("name", "n");
  }

  @Test
  void nameInTheFileWins() throws IOException {
    Path file = Files.writeString(dir.resolve("n.json"), "{\"name\": \"other\"}");

    assertThat(ConnectorFile.read(file).name()).isEqualTo("other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          apply --forse x.json                          | Unknown option: '--forse'
          apply                                         | FILE
          aply x.json                                   | did you mean apply
          status --timeout soon                         | 'soon' is not a duration; write it like 90, 90s, 500ms or 2m
          status --connect ftp://x                      | 'ftp://x' is not an http URL; write it like http://127.0.0.1:8083
          status --connect http://me:sesame@127.0.0.1:1 | the URL holds a user and a password
          """)
  void badUsageIsOneLine(String line, String message) {
    Tool.Result result = tool.run((Object[]) line.split(" "));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.errLines()).hasSize(1);
    assertThat(result.err()).startsWith("error: ").contains(message).contains("--help");
    assertThat(result.err()).doesNotContain("sesame");
  }

  @Test
  void noCommandListsThem() {
    Tool.Result result = tool.run();

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains("validate, diff, apply, status, restart, stop, delete")
        .hasLineCount(1);
  }

  @Test
  void unreachableWorker() throws IOException {
    Path file = Files.writeString(dir.resolve("x.json"), "{\"connector.class\": \"X\"}");

    Tool.Result status = tool.run("status");
    Tool.Result apply = tool.run("apply", "--timeout", "500ms", file);

    assertThat(status.err())
        .isEqualTo(
            "error: Kafka Connect at http://127.0.0.1:1 cannot be reached: connection refused; is"
                + " the worker up, and is --connect right?\n");
    assertThat(status.exitCode()).isEqualTo(3);
    assertThat(apply.exitCode()).isEqualTo(3);
    assertThat(apply.errLines().get(apply.errLines().size() - 1)).isEqualTo(status.err().strip());
  }

  @Test
  void anotherServerIsNotTakenForConnect() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    try {
      Tool other = new Tool(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));

      Tool.Result result = other.run("stop", "x");

      assertThat(result.err()).contains("does not answer like Kafka Connect's REST API");
      assertThat(result.exitCode()).isEqualTo(3);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void helpTellsTheExitCodes() {
    Tool.Result help = tool.run("--help");

    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Exit codes:", "apply", "http://127.0.0.1:8083");
  }

  @ParameterizedTest
  @CsvSource({"90,90000", "90s,90000", "500ms,500", "2m,120000"})
  void durations(String text, long millis) {
    assertThat(new DurationConverter().convert(text)).isEqualTo(Duration.ofMillis(millis));
  }
}
