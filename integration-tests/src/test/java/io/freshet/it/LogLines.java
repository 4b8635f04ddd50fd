package io.freshet.it;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The lines that a growing file has got since they were last asked for. */
final class LogLines {
  private final Path file;
  private long read;

  LogLines(Path file) {
    this.file = file;
  }

  List<String> more() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[(int) (log.length() - read)];
      log.seek(read);
      log.readFully(bytes);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      // A line that is still being written is read the next time.
      int whole = text.lastIndexOf('\n') + 1;
      read += whole;
      return text.substring(0, whole).lines().toList();
    }
  }
}
