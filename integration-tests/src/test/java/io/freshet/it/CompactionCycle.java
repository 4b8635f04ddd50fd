package io.freshet.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * From the plan of a merge-on-read table's first compaction to that of its second one: the time in
 * which as many commits are made as make a compaction due, and all of one is carried out. Told by
 * the names of the timeline's files, {@code <requested>[_<completed>].<action>[.<state>]}.
 *
 * @param time how long it took
 * @param compaction how much of that passed until the first compaction was carried out
 * @param commits made meanwhile
 */
record CompactionCycle(Duration time, Duration compaction, int commits) {
  private static final Pattern PLAN = Pattern.compile("(\\d{17})\\.compaction\\.requested");
  private static final Pattern COMMIT = Pattern.compile("(\\d{17})_(\\d{17})\\.(?:delta)?commit");
  private static final DateTimeFormatter INSTANT = DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSS");

  /** Of a table on the local disk; empty while a second compaction is not planned. */
  static Optional<CompactionCycle> of(Path table) throws IOException {
    List<LocalDateTime> plans = new ArrayList<>();
    List<List<LocalDateTime>> commits = new ArrayList<>();
    try (Stream<Path> files = Files.list(table.resolve(".hoodie").resolve("timeline"))) {
      for (Path file : files.sorted().toList()) {
        Matcher plan = PLAN.matcher(file.getFileName().toString());
        Matcher commit = COMMIT.matcher(file.getFileName().toString());
        if (plan.matches()) {
          plans.add(at(plan.group(1)));
        } else if (commit.matches()) {
          commits.add(List.of(at(commit.group(1)), at(commit.group(2))));
        }
      }
    }
    if (plans.size() < 2) {
      return Optional.empty();
    }
    LocalDateTime begin = plans.get(0);
    LocalDateTime end = plans.get(1);
    LocalDateTime compacted =
        commits.stream()
            .filter(commit -> commit.get(0).equals(begin))
            .map(commit -> commit.get(1))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("not carried out: compaction " + begin));
    long between =
        commits.stream()
            .filter(commit -> commit.get(0).isAfter(begin) && commit.get(0).isBefore(end))
            .count();
    return Optional.of(
        new CompactionCycle(
            Duration.between(begin, end),
            Duration.between(begin, compacted),
            Math.toIntExact(between)));
  }

  private static LocalDateTime at(String instant) {
    return LocalDateTime.parse(instant, INSTANT);
  }

  /** What each commit took of it, in seconds. */
  double secondsPerCommit() {
    return time.toMillis() / 1_000.0 / commits;
  }
}
