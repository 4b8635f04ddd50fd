package io.freshet.connect.s3;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where a record's time comes from, by Confluent's names. */
enum ExtractorKind {
  WALLCLOCK("Wallclock"),
  RECORD("Record"),
  RECORD_FIELD("RecordField");

  static final String SHORT_NAMES =
      Arrays.stream(values()).map(ExtractorKind::shortName).collect(Collectors.joining(", "));

  private static final String CLASS =
      "io.confluent.connect.storage.partitioner.TimeBasedPartitioner$%sTimestampExtractor";

  private final String shortName;

  ExtractorKind(String shortName) {
    this.shortName = shortName;
  }

  /**
   * @param name a short name, or Confluent's class name
   * @throws IllegalArgumentException if there is no such extractor
   */
  static ExtractorKind of(String name) {
    for (ExtractorKind kind : values()) {
      if (kind.shortName.equalsIgnoreCase(name.strip())
          || CLASS
              .formatted(kind.shortName)
              .toLowerCase(Locale.ROOT)
              .equals(name.strip().toLowerCase(Locale.ROOT))) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "is no extractor of this connector; use one of " + SHORT_NAMES);
  }

  String shortName() {
    return shortName;
  }
}
