package io.freshet.lake.config;

import io.freshet.lake.LakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the YAML that says what is copied from where to where. */
public final class CopyLoader {
  private static final String PASSWORD = "source.password";

  /** What the name of a table of files is: its folders, and Hive's name of it. */
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*\\.[a-z_][a-z0-9_]*");

  private static final Pattern PASSWORD_IN_URL =
      Pattern.compile("(?i)(password|pwd)=|//[^/@]*:[^/@]*@|/[^/@]+@");

  /** Stands for one that could not be read. */
  private static final CopySource NO_SOURCE = new CopySource.Kudu("");

  private static final CopyTarget NO_TARGET = new CopyTarget.Kudu("", 1);

  private final Placeholders placeholders;

  /**
   * @param environment what {@code ${env:NAME}} refers to
   */
  public CopyLoader(Map<String, String> environment) {
    this.placeholders = new Placeholders(environment);
  }

  /**
   * @throws LakeException if the file can't be read
   * @throws ConfigException if it says something that it must not: all that is wrong with it, each
   *     with the key, the value and the fix
   */
  public CopyConfig load(Path file) {
    return YamlTree.load(file, "--copy", this::parse);
  }

  /**
   * @param yaml what such a file holds
   * @throws ConfigException as {@link #load}
   */
  public CopyConfig parse(String yaml) {
    Problems problems = new Problems();
    CopyConfig config = parse(yaml, problems);
    problems.refuse();
    return config;
  }

  /**
   * @param problems told of what is wrong; if it is anything, the result is not to be used
   */
  CopyConfig parse(String yaml, Problems problems) {
    Section top =
        new Section("", new YamlTree(placeholders, PASSWORD).read(yaml, at -> problems), problems);
    Section from = top.section("source");
    CopySource source = source(from);
    from.refuseUnknownKeys();
    Section to = top.section("target");
    String database = to.optionalText("database").orElse("");
    CopyTarget target = target(to);
    to.refuseUnknownKeys();
    CopyConfig config =
        new CopyConfig(
            source,
            target,
            top.number("concurrent-tables", 2, 1, 64),
            tables(top, source, target, database));
    top.refuseUnknownKeys();
    return config;
  }

  private static CopySource source(Section section) {
    if (section.text("format").isEmpty()) {
      return NO_SOURCE;
    }
    return switch (section.choice("format", CopyFormat.POSTGRES)) {
      case POSTGRES -> new CopySource.Postgres(postgres(section));
      case JDBC ->
          new CopySource.Jdbc(
              url(section),
              section.optionalText("user").orElse(""),
              section.optionalText("password").orElse(""),
              section.textsByName("properties"),
              section.number("fetch-size", 10_000, 1, 1_000_000));
      case PARQUET -> new CopySource.Files(CopyFormat.PARQUET, section.uri("root"));
      case HUDI -> new CopySource.Files(CopyFormat.HUDI, section.uri("root"));
      case KUDU -> new CopySource.Kudu(section.text("masters"));
    };
  }

  private static PostgresConfig postgres(Section section) {
    return new PostgresConfig(
        section.optionalText("host").orElse("127.0.0.1"),
        section.number("port", 5432, 1, 65_535),
        section.text("database"),
        section.text("user"),
        section.text("password"),
        section.textsByName("properties"),
        "",
        "",
        "",
        new TopicPattern(List.of(), List.of()),
        section.choice("interval-handling-mode", IntervalMode.STRING));
  }

  private static String url(Section section) {
    String url = section.text("url");
    return section.or(
        "",
        () -> {
          if (!url.isEmpty() && !url.startsWith("jdbc:")) {
            throw new LakeException(
                "%s does not begin with jdbc:, such as jdbc:mysql://host:3306/database"
                    .formatted(section.at("url")));
          }
          if (PASSWORD_IN_URL.matcher(url).find()) {
            throw new LakeException(
                "%s holds a password or a user; write user, and password: ${env:NAME}, beside it"
                    .formatted(section.at("url")));
          }
          return url;
        });
  }

  private static CopyTarget target(Section section) {
    if (section.text("format").isEmpty()) {
      return NO_TARGET;
    }
    CopyFormat format = section.choice("format", CopyFormat.HUDI);
    return switch (format) {
      case PARQUET, HUDI ->
          new CopyTarget.Files(format, section.uri("warehouse"), section.optionalUri("metastore"));
      case KUDU ->
          new CopyTarget.Kudu(section.text("masters"), section.number("replicas", 3, 1, 7));
      case POSTGRES, JDBC ->
          section.or(
              NO_TARGET,
              () -> {
                throw new LakeException(
                    "%s is '%s', which tables are only copied from; it must be one of: hudi, parquet, kudu"
                        .formatted(section.at("format"), format.name().toLowerCase(Locale.ROOT)));
              });
    };
  }

  private static List<CopyTable> tables(
      Section top, CopySource source, CopyTarget target, String database) {
    Optional<CopyMode> mode = mode(top);
    Set<String> names = new HashSet<>();
    List<CopyTable> tables = new ArrayList<>();
    for (Section section : top.sections("tables")) {
      String from = section.text("from");
      String to = section.optionalText("to").orElseGet(() -> usual(from, target, database));
      CopyTable table =
          new CopyTable(
              from,
              to,
              mode(section).or(() -> mode).orElseGet(() -> noMode(section)),
              section.texts("key"),
              section.texts("exclude-columns"),
              split(section, source),
              settings(section, target));
      section.refuseUnknownKeys();
      if (!from.isEmpty()) {
        section.or(false, () -> requireName(section, table, target));
        section.or(false, () -> requireMode(section, table, target));
      }
      if (!to.isEmpty() && !names.add(to)) {
        section.or(
            false,
            () -> {
              throw new LakeException(
                  "%s: two tables would come to %s".formatted(section.at("to"), to));
            });
      }
      tables.add(table);
    }
    return tables;
  }

  private static Optional<CopyMode> mode(Section section) {
    return section.has("mode")
        ? Optional.of(section.choice("mode", CopyMode.APPEND))
        : Optional.empty();
  }

  private static CopyMode noMode(Section section) {
    return section.or(
        CopyMode.APPEND,
        () -> {
          throw new LakeException(
              "mode is missing; say append, replace or upsert for all tables, or as %s"
                  .formatted(section.at("mode")));
        });
  }

  /**
   * A table's name in the target where nothing is said: its own, in the letters of Hive's names.
   */
  private static String usual(String from, CopyTarget target, String database) {
    if (target instanceof CopyTarget.Kudu) {
      return from;
    }
    String own = from.substring(Math.max(from.lastIndexOf('.'), from.lastIndexOf('/')) + 1);
    return database + "." + own.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
  }

  private static boolean requireName(Section section, CopyTable table, CopyTarget target) {
    if (target instanceof CopyTarget.Files && !NAME.matcher(table.to()).matches()) {
      throw new LakeException(
          "%s is '%s', but a table is named database.table, in a-z, 0-9 and _; write to, or target.database for all"
              .formatted(section.at("to"), table.to()));
    }
    return true;
  }

  private static boolean requireMode(Section section, CopyTable table, CopyTarget target) {
    boolean parquet =
        target instanceof CopyTarget.Files files && files.format() == CopyFormat.PARQUET;
    if (parquet && table.mode() == CopyMode.UPSERT) {
      throw new LakeException(
          "%s is upsert, but Parquet files have no keys; use replace, or target.format: hudi"
              .formatted(section.at("mode")));
    }
    if (target instanceof CopyTarget.Kudu && table.mode() == CopyMode.REPLACE) {
      throw new LakeException(
          "%s is replace, but Kudu can't put one table in another's place at once, so that readers would find none or half of one; use upsert"
              .formatted(section.at("mode")));
    }
    boolean moved =
        parquet
            && target instanceof CopyTarget.Files files
            && files.metastore().isPresent()
            && !table.settings().partitionBy().isEmpty();
    if (moved) {
      throw new LakeException(
          "%s stands beside target.metastore, but the metastore can't move all partitions of Parquet files at once; leave one of the two out, or use target.format: hudi"
              .formatted(section.at("partition-by")));
    }
    return true;
  }

  private static Optional<CopyTable.Split> split(Section section, CopySource source) {
    Optional<String> column = section.optionalText("split-by");
    int parts = section.number("splits", 4, 2, 1_024);
    if (column.isPresent() && !(source instanceof CopySource.Jdbc)) {
      section.or(
          false,
          () -> {
            throw new LakeException(
                "%s is for source.format: jdbc alone; others divide their tables by themselves"
                    .formatted(section.at("split-by")));
          });
    }
    return column.map(name -> new CopyTable.Split(name, parts));
  }

  private static TableSettings settings(Section section, CopyTarget target) {
    int buckets = section.number("buckets", 0, 1, IndexConfig.MOST_BUCKETS);
    return new TableSettings(
        section.choice("type", TableType.COPY_ON_WRITE),
        section.texts("partition-by"),
        DeleteMode.HARD,
        WithoutKey.REFUSE,
        Duration.ofHours(
            section.number(
                "time-travel-hours",
                (int) TableSettings.DEFAULTS.timeTravel().toHours(),
                1,
                1_000_000)),
        TableSettings.DEFAULTS.quarantineMaxRecords(),
        section.choice("bare-numeric", BareNumeric.DECIMAL),
        false,
        new IndexConfig(
            target instanceof CopyTarget.Kudu ? IndexKind.AUTO : IndexKind.BUCKET,
            buckets == 0 ? OptionalInt.empty() : OptionalInt.of(buckets)));
  }
}
