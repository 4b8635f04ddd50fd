package io.freshet.connect.s3;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The partitioners, by our names and by Confluent's. */
enum PartitionerKind {
  DEFAULT("default", "DefaultPartitioner", null, null),
  FIELD("field", "FieldPartitioner", null, null),
  TIME("time", "TimeBasedPartitioner", null, null),
  HOURLY(
      "hourly",
      "HourlyPartitioner",
      "'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH",
      Duration.ofHours(1)),
  DAILY("daily", "DailyPartitioner", "'year'=YYYY/'month'=MM/'day'=dd", Duration.ofDays(1));

  static final String SHORT_NAMES =
      Arrays.stream(values()).map(PartitionerKind::shortName).collect(Collectors.joining(", "));

  private static final String PACKAGE = "io.confluent.connect.storage.partitioner.";

  private final String shortName;
  private final String className;
  private final String format;
  private final Duration period;

  PartitionerKind(String shortName, String className, String format, Duration period) {
    this.shortName = shortName;
    this.className = className;
    this.format = format;
    this.period = period;
  }

  /**
   * @param name a short name, or Confluent's class name with its package or without
   * @throws IllegalArgumentException if there is no such partitioner
   */
  static PartitionerKind of(String name) {
    for (PartitionerKind kind : values()) {
      if (kind.names().contains(name.strip().toLowerCase(Locale.ROOT))) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "is no partitioner of this connector; use one of " + SHORT_NAMES);
  }

  private List<String> names() {
    String bare = className.toLowerCase(Locale.ROOT);
    return this == TIME
        ? List.of(shortName, "time-based", "timebased", bare, PACKAGE + bare)
        : List.of(shortName, bare, PACKAGE + bare);
  }

  String shortName() {
    return shortName;
  }

  /** The partitioner in a sentence. */
  String called() {
    return "the " + shortName + " partitioner";
  }

  boolean isOfTime() {
    return this != DEFAULT && this != FIELD;
  }

  /** The pattern of its paths, if it has one of its own. */
  Optional<String> format() {
    return Optional.ofNullable(format);
  }

  /** The length of its folders, if it has one of its own. */
  Optional<Duration> period() {
    return Optional.ofNullable(period);
  }
}
