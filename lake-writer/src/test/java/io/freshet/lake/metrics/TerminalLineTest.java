package io.freshet.lake.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalLineTest {
  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final TerminalLine line = new TerminalLine(terminal);
  private final PrintStream log = new PrintStream(line, true, StandardCharsets.UTF_8);

  @Test
  void whatOthersWriteScrollsAboveTheLine() throws IOException {
    line.show("10 rows");
    log.print("INFO a\n");
    line.show("20 rows");
    log.print("INFO b\n");
    assertThat(screen()).isEqualTo("10 rows⟲INFO a\n10 rows⟲20 rows⟲INFO b\n20 rows");
  }

  @Test
  void aLineInPiecesIsNotTornApart() throws IOException {
    line.show("10 rows");
    log.print("INFO ");
    line.show("20 rows");
    log.print("a\n");
    assertThat(screen()).isEqualTo("10 rows⟲INFO a\n20 rows");
  }

  private String screen() {
    return terminal.toString(StandardCharsets.UTF_8).replace("\r\033[2K", "⟲");
  }
}
