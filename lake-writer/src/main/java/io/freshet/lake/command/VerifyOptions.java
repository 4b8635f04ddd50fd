package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.VerifyJob;
import io.freshet.lake.verify.TableVerifier;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** What {@code verify} and {@code repair} have in common. */
final class VerifyOptions {
  private static final Pattern SPAN = Pattern.compile("([1-9]\\d{0,6})([smhd])");

  @Option(
      names = "--tables",
      split = ",",
      defaultValue = "*",
      paramLabel = "TABLE",
      description = "database.table, with * for any text; several with commas (default: all).")
  private List<String> tables;

  @Option(
      names = "--sample",
      defaultValue = "1",
      paramLabel = "FRACTION",
      description = "Compare this share of the keys, such as 0.01 (default: all).")
  private double sample;

  @Option(
      names = "--since",
      paramLabel = "INSTANT",
      description =
          "Compare only keys that the lake has changed since, such as 2026-01-31T12:00:00Z.")
  private String since;

  @Option(
      names = "--patience",
      defaultValue = "5m",
      paramLabel = "TIME",
      description =
          "How long the lake is waited for, and rows that go on changing are looked at (default: 5m).")
  private String patience;

  @Option(
      names = "--show",
      defaultValue = "20",
      paramLabel = "COUNT",
      description = "How many differences of each table are shown (default: 20).")
  private int show;

  /**
   * @throws Main.UsageException if the file is not valid, lacks what a comparison needs, or an
   *     option is wrong
   */
  LakeConfig load(ConfigOption file) {
    LakeConfig config = file.loadWithDatabase();
    try {
      VerifyJob.require(config);
    } catch (LakeException lacking) {
      throw new Main.UsageException(lacking);
    }
    of(config);
    return config;
  }

  List<String> tables() {
    return tables;
  }

  Duration patience() {
    return span("--patience", patience);
  }

  TableVerifier.Options of(LakeConfig config) {
    if (!(sample > 0 && sample <= 1)) {
      throw wrong("--sample is %s, but must be above 0 and at most 1".formatted(sample));
    }
    return new TableVerifier.Options(
        sample,
        Optional.ofNullable(since).map(VerifyOptions::instant),
        patience(),
        Math.max(0, show),
        config.verify().mask());
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException malformed) {
      throw wrong("--since is '%s', but must be like 2026-01-31T12:00:00Z".formatted(text));
    }
  }

  /** A time such as 90s, 5m, 1h or 1d. */
  static Duration span(String option, String text) {
    Matcher matcher = SPAN.matcher(text);
    if (!matcher.matches()) {
      throw wrong("%s is '%s', but must be like 90s, 5m, 1h or 1d".formatted(option, text));
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  private static Main.UsageException wrong(String reason) {
    return new Main.UsageException(new LakeException(reason));
  }
}
