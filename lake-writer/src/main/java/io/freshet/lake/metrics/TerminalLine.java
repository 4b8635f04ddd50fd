package io.freshet.lake.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The last line of a terminal, which is drawn anew in its place; what others write to the same
 * stream scrolls above it.
 */
final class TerminalLine extends OutputStream {
  private static final byte[] CLEAR = "\r\033[2K".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream terminal;
  private String line = "";
  private boolean atLineStart = true;

  /**
   * @param terminal what the line is drawn on
   */
  TerminalLine(OutputStream terminal) {
    this.terminal = terminal;
  }

  /** Replaces the line. */
  synchronized void show(String text) throws IOException {
    if (atLineStart) {
      erase();
      line = text;
      draw();
    } else {
      line = text;
    }
    terminal.flush();
  }

  private void erase() throws IOException {
    if (!line.isEmpty()) {
      terminal.write(CLEAR);
    }
  }

  private void draw() throws IOException {
    terminal.write(line.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return;
    }
    if (atLineStart) {
      erase();
    }
    terminal.write(bytes, from, length);
    atLineStart = bytes[from + length - 1] == '\n';
    if (atLineStart) {
      draw();
    }
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public synchronized void flush() throws IOException {
    terminal.flush();
  }
}
