package io.freshet.lake.config;

import io.freshet.lake.LakeException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the section {@code postgres}. */
final class PostgresSection {
  /** What the paths of its keys begin with. */
  static final String PATH = "postgres.";

  /** The one value of the file that must not stand in it. */
  static final String PASSWORD = PATH + "password";

  private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,63}");
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]+");

  private PostgresSection() {}

  static Optional<PostgresConfig> read(Section top) {
    if (!top.has("postgres")) {
      return Optional.empty();
    }
    Section section = top.section("postgres");
    String slot = matching(section, "slot", SLOT, "a-z, 0-9 and _, at most 63 of them");
    PostgresConfig config =
        new PostgresConfig(
            section.optionalText("host").orElse("127.0.0.1"),
            section.number("port", 5432, 1, 65_535),
            section.text("database"),
            section.text("user"),
            section.text("password"),
            section.textsByName("properties"),
            matching(section, "topic-prefix", PREFIX, "letters, digits, '.', '_' and '-'"),
            slot,
            section.optionalText("publication").orElse(slot),
            new TopicPattern(section.texts("tables"), section.texts("exclude")),
            section.choice("interval-handling-mode", IntervalMode.STRING));
    requireTables(section, config.tables());
    section.refuseUnknownKeys();
    return Optional.of(config);
  }

  private static void requireTables(Section section, TopicPattern tables) {
    for (String name : tables.include()) {
      if (!name.contains(".")) {
        section.or(
            name,
            () -> {
              throw new LakeException(
                  "%s holds '%s', but a table is named with its schema, such as public.%s"
                      .formatted(section.at("tables"), name, name));
            });
      }
    }
  }

  private static String matching(Section section, String key, Pattern pattern, String words) {
    String value = section.optionalText(key).orElse("");
    return value.isEmpty() || pattern.matcher(value).matches()
        ? value
        : section.or(
            "",
            () -> {
              throw new LakeException(
                  "%s is '%s', but is made of %s".formatted(section.at(key), value, words));
            });
  }
}
