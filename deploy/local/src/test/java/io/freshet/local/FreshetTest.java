package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FreshetTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine commandLine = Freshet.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }

  @Test
  void helpListsEveryCommand() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("up ", "down ", "status ", "demo ", "ingest ", "ingest-status ", "sql ");
  }

  @Test
  void anUnknownCommandIsOneLineWithASuggestion() {
    assertThat(run("statsu")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("freshet: ")
        .contains("statsu", "status")
        .doesNotContain("\tat ");
  }

  @Test
  void anUnknownServiceIsNamedWithThoseThereAre() {
    assertThat(run("up", "--services", "s3,hive")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "freshet: unknown service 'hive'; the services are"
                + " postgres, kafka, connect, registry, s3, metastore");
  }

  @Test
  void verboseShowsWhereItCameFrom() {
    assertThat(run("up", "--verbose", "--services", "hive")).isEqualTo(1);
    assertThat(err.toString()).contains("unknown service 'hive'", "\tat ");
  }
}
