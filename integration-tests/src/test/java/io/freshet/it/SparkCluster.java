package io.freshet.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A cluster that {@code deploy/spark/submit.sh} can submit to. */
interface SparkCluster {
  /**
   * Every JVM of a cluster lives for a minute or two: most of that would go into compiling it well.
   */
  Map<String, String> SHORT_LIVED =
      Map.of("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");

  /** How submit.sh calls its kind. */
  String kind();

  /** What submit.sh is told beside the kind and the command. */
  List<String> options();

  /** What submit.sh finds in its environment. */
  Map<String, String> environment();

  /** The JVM of a driver that runs a command inside of the cluster. */
  Optional<ProcessHandle> driver(String command) throws IOException;

  /** What drivers inside of the cluster have printed, for a test that failed. */
  String logs() throws IOException;

  /** Ends all of its processes. */
  void close() throws Exception;

  /**
   * A process that ends as soon as this JVM does, however that ends: then its standard input does.
   *
   * @param command its standard input is nothing that it reads
   */
  static ProcessBuilder bound(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash", "-c", "\"$@\" < /dev/null & cat > /dev/null; kill $!; wait", "bound");
    builder.command().addAll(command);
    return builder;
  }

  /** The JVM below a process whose command line holds all of these. */
  static Optional<ProcessHandle> find(Stream<ProcessHandle> processes, String... texts) {
    return processes.filter(process -> matches(process, texts)).findFirst();
  }

  private static boolean matches(ProcessHandle process, String... texts) {
    List<String> line;
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
      line = List.of(new String(bytes, StandardCharsets.UTF_8).split("\0"));
    } catch (IOException gone) {
      return false;
    }
    return line.get(0).endsWith("java") && line.containsAll(List.of(texts));
  }

  /** The ends of all files of a name below a folder. */
  static String tails(Path folder, String... names) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file :
          files.filter(file -> List.of(names).contains(file.getFileName().toString())).toList()) {
        String all = Files.readString(file);
        text.append(file)
            .append('\n')
            .append(all, Math.max(0, all.length() - 6_000), all.length())
            .append('\n');
      }
    }
    return text.toString();
  }
}
