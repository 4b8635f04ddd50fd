package io.freshet.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class RootCauseTest {
  @Test
  void innermostCauseInOneLine() {
    Exception root = new IllegalStateException("first line\n  second line");
    root.addSuppressed(new IllegalArgumentException("beside the point"));
    Exception outer = new RuntimeException("outer", new RuntimeException("middle", root));

    assertThat(RootCause.of(print(outer)))
        .isEqualTo("java.lang.IllegalStateException: first line second line");
  }

  @Test
  void traceWithoutACause() {
    assertThat(RootCause.of(print(new IllegalStateException("alone"))))
        .isEqualTo("java.lang.IllegalStateException: alone");
  }

  @Test
  void noTrace() {
    assertThat(RootCause.of(null)).contains("worker's log");
  }

  private static String print(Exception thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
