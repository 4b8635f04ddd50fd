package io.freshet.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs scripts. */
final class Shell {
  /**
   * What a script answered.
   *
   * @param out its standard output, without the last line's end
   */
  record Answer(int status, String out, String err) {}

  private Shell() {}

  /**
   * Runs one to its end.
   *
   * @param folder where
   * @param environment on top of this process's own, which loses its variables of Spark and Freshet
   */
  static Answer run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("script", ".out");
    Path err = Files.createTempFile("script", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder
          .environment()
          .keySet()
          .removeIf(name -> name.startsWith("FRESHET_") || name.startsWith("SPARK_"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
          throw new AssertionError(command + " did not end within 3 minutes");
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Answer(process.exitValue(), read(out), read(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** The same in the current folder, with no further environment. */
  static Answer run(Path script, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    return run(Path.of("."), Map.of(), command);
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
  }
}
