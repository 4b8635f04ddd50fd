package io.freshet.local.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What Linux tells about processes under {@code /proc}. */
final class Proc {
  private static final Path ROOT = Path.of("/proc");

  private Proc() {}

  /**
   * @param state one letter, as in proc(5)
   * @param startTicks clock ticks between boot and the process's start
   */
  record Stat(char state, long startTicks) {
    /** A zombie waits to be reaped; nothing of it runs. */
    boolean hasEnded() {
      return state == 'Z' || state == 'X';
    }
  }

  static Optional<Stat> stat(long pid) {
    try {
      String text = Files.readString(ROOT.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      // The second field is the command in parentheses, which may itself hold spaces and those.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
      return Optional.of(new Stat(fields[0].charAt(0), Long.parseLong(fields[19])));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  static String bootId() {
    try {
      return Files.readString(ROOT.resolve("sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("can't read Linux's boot id", e);
    }
  }

  /** Resident memory in bytes, 0 if the process is gone. */
  static long residentBytes(long pid) {
    try {
      return Files.readAllLines(ROOT.resolve(pid + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException gone) {
      return 0;
    }
  }

  /** The user this process runs as. */
  static int userId() {
    try {
      return (int) Files.getAttribute(ROOT.resolve("self"), "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException("can't read this process's user id", e);
    }
  }

  /** Processes that work in that directory. */
  static List<Long> workingIn(Path directory) {
    return list(
        process -> {
          try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(directory);
          } catch (IOException goneOrAnothers) {
            return false;
          }
        });
  }

  /** Processes with that argument on their command line. */
  static List<Long> withArgument(String argument) {
    return list(
        process -> {
          try {
            byte[] bytes = Files.readAllBytes(process.resolve("cmdline"));
            String line = new String(bytes, StandardCharsets.UTF_8);
            return List.of(line.split("\0")).contains(argument);
          } catch (IOException goneOrAnothers) {
            return false;
          }
        });
  }

  private static List<Long> list(Predicate<Path> matching) {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(ROOT, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (matching.test(process) && stat(pid).map(stat -> !stat.hasEnded()).orElse(false)) {
          pids.add(pid);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't list processes", e);
    }
    return pids;
  }

  /** Java itself sends only SIGTERM and SIGKILL. */
  static void signal(String name, long pid) throws InterruptedException {
    try {
      new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new StackException("can't send SIG" + name + " to process " + pid, e);
    }
  }
}
