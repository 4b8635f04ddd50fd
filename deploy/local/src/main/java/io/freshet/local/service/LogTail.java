package io.freshet.local.service;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The end of a log, where the reason of a failure is. */
public final class LogTail {
  private static final int LONGEST = 64 << 10;

  private LogTail() {}

  /** The log's length in bytes, 0 if there is none. */
  static long length(Path log) throws IOException {
    try {
      return Files.size(log);
    } catch (NoSuchFileException none) {
      return 0;
    }
  }

  /**
   * The last lines, without the frames of stack traces.
   *
   * @param begin byte to begin at: what comes before is of an earlier run
   * @param most how many lines
   */
  public static List<String> read(Path log, long begin, int most) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(begin, file.length() - LONGEST);
      byte[] bytes = new byte[(int) Math.max(0, file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      List<String> lines =
          new String(bytes, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
              .toList();
      return lines.subList(Math.max(0, lines.size() - most), lines.size());
    } catch (IOException e) {
      return List.of("(the log can't be read: " + Failures.reason(e) + ")");
    }
  }
}
