package io.freshet.connect.s3;

import io.freshet.connect.avro.RecordEncoder;
import io.freshet.connect.partition.FieldPartitioner;
import io.freshet.connect.partition.Partitioner;
import io.freshet.connect.partition.PathFormat;
import io.freshet.connect.partition.TimePartitioner;
import io.freshet.connect.partition.TimestampExtractor;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * In which folder a record is landed, under the names of Confluent's properties.
 *
 * @param kind which of the partitioners
 * @param fields names of the fields that a field partitioner reads; a dot leads into a record
 * @param labels whether their folders say the fields' names
 * @param format a time partitioner's pattern
 * @param locale language of names in it
 * @param zone whose local time it is
 * @param period length of its folders
 * @param extractor where its time comes from
 * @param timestampField the field that the time comes from, if it is a field's
 */
record PathOptions(
    PartitionerKind kind,
    List<String> fields,
    boolean labels,
    String format,
    Locale locale,
    ZoneId zone,
    Duration period,
    ExtractorKind extractor,
    String timestampField) {
  static final String PARTITIONER = "partitioner.class";
  static final String FIELDS = "partition.field.name";
  static final String LABELS = "partition.field.format.path";
  static final String FORMAT = "path.format";
  static final String LOCALE = "locale";
  static final String PERIOD = "partition.duration.ms";
  static final String EXTRACTOR = "timestamp.extractor";
  static final String TIMESTAMP_FIELD = "timestamp.field";

  private static final Set<String> OF_FIELDS = Set.of(FIELDS, LABELS);
  private static final Set<String> OF_PATTERNS = Set.of(FORMAT, PERIOD);
  private static final Set<String> OF_TIMES = Set.of(LOCALE, EXTRACTOR, TIMESTAMP_FIELD);
  private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());
  private static final String GROUP = "Folders";

  /** Whether a folder is told by what a record's value says. */
  boolean readsValues() {
    return kind == PartitionerKind.FIELD
        || kind.isOfTime() && extractor == ExtractorKind.RECORD_FIELD;
  }

  static void define(ConfigDef def) {
    int order = 0;
    def.define(
        PARTITIONER,
        Type.STRING,
        PartitionerKind.DEFAULT.shortName(),
        Checks.that("[" + PartitionerKind.SHORT_NAMES + "]", PartitionerKind::of),
        Importance.MEDIUM,
        "In which folder a record is landed, by a short name or by Confluent's class name. default:"
            + " one folder for each Kafka partition; field: one for each value of "
            + FIELDS
            + "; time: one for each "
            + PERIOD
            + ", named as "
            + FORMAT
            + " says; hourly, daily: time with a folder for each hour or day, such as"
            + " year=2015/month=12/day=07. With any but the default, one partition's files are"
            + " landed together by a commit record, which readers of the folders must follow.",
        GROUP,
        ++order,
        Width.MEDIUM,
        PARTITIONER);
    def.define(
        FIELDS,
        Type.LIST,
        "",
        Importance.MEDIUM,
        "Fields that the field partitioner reads, with commas between them; a dot leads into a"
            + " record. Their values stand in folders' names as Hive writes them: what has a meaning"
            + " in a path as % and two digits, null and an empty text as"
            + " __HIVE_DEFAULT_PARTITION__. Dates and timestamps stand in ISO 8601, those of"
            + " Debezium's own types as the numbers that they are.",
        GROUP,
        ++order,
        Width.MEDIUM,
        FIELDS);
    def.define(
        LABELS,
        Type.BOOLEAN,
        true,
        Importance.LOW,
        "Whether the field partitioner's folders say the fields' names: country=DE, or just DE.",
        GROUP,
        ++order,
        Width.SHORT,
        LABELS);
    def.define(
        FORMAT,
        Type.STRING,
        "",
        Importance.MEDIUM,
        "The time partitioner's folders, such as 'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH. The"
            + " letters are Joda-Time's: Y is the calendar's year, x the year that weeks belong to.",
        GROUP,
        ++order,
        Width.LONG,
        FORMAT);
    def.define(
        LOCALE,
        Type.STRING,
        "en",
        Importance.LOW,
        "Language of months' and days' names in the folders, such as en-US or fr-FR; an unknown one"
            + " means English.",
        GROUP,
        ++order,
        Width.SHORT,
        LOCALE);
    def.define(
        PERIOD,
        Type.LONG,
        -1L,
        Importance.MEDIUM,
        "Milliseconds of local time that the time partitioner puts in one folder.",
        GROUP,
        ++order,
        Width.SHORT,
        PERIOD);
    def.define(
        EXTRACTOR,
        Type.STRING,
        ExtractorKind.WALLCLOCK.shortName(),
        Checks.that("[" + ExtractorKind.SHORT_NAMES + "]", ExtractorKind::of),
        Importance.MEDIUM,
        "Where a record's time comes from. Wallclock: when it is taken; Record: its Kafka"
            + " timestamp; RecordField: the field "
            + TIMESTAMP_FIELD
            + ".",
        GROUP,
        ++order,
        Width.SHORT,
        EXTRACTOR);
    def.define(
        TIMESTAMP_FIELD,
        Type.STRING,
        "timestamp",
        Checks.notBlank(),
        Importance.MEDIUM,
        "The field that holds a record's time; a dot leads into a record. It is a date or timestamp"
            + " of Connect's, Avro's or Debezium's types, a text in ISO 8601 (UTC if it doesn't"
            + " say), a long of milliseconds or an int of seconds since 1970.",
        GROUP,
        ++order,
        Width.SHORT,
        TIMESTAMP_FIELD);
  }

  /**
   * @throws InvalidPropertyException if the partitioner lacks one of its properties
   */
  static PathOptions from(AbstractConfig config) {
    PartitionerKind kind = PartitionerKind.of(config.getString(PARTITIONER));
    PathOptions options =
        new PathOptions(
            kind,
            config.getList(FIELDS).stream().map(String::strip).toList(),
            config.getBoolean(LABELS),
            kind.format().orElse(config.getString(FORMAT)),
            locale(config.getString(LOCALE)),
            RotationOptions.zone(config.getString(RotationOptions.TIMEZONE)),
            kind.period().orElse(Duration.ofMillis(config.getLong(PERIOD))),
            ExtractorKind.of(config.getString(EXTRACTOR)),
            config.getString(TIMESTAMP_FIELD));
    options.check();
    return options;
  }

  private void check() {
    if (kind == PartitionerKind.FIELD
        && (fields.isEmpty() || fields.stream().anyMatch(PathOptions::isNoName))) {
      throw new InvalidPropertyException(
          FIELDS, fields, "the field partitioner needs the names of one or more fields");
    }
    if (kind.isOfTime()) {
      if (period.toMillis() <= 0) {
        throw new InvalidPropertyException(
            PERIOD,
            period.toMillis(),
            "the time partitioner needs a positive number, such as 3600000 for an hour");
      }
      if (isNoName(timestampField)) {
        throw new InvalidPropertyException(TIMESTAMP_FIELD, timestampField, "is no field's name");
      }
      pathFormat();
    }
  }

  private static boolean isNoName(String field) {
    return List.of(field.split("\\.", -1)).contains("");
  }

  private PathFormat pathFormat() {
    try {
      return PathFormat.of(format, locale);
    } catch (IllegalArgumentException invalid) {
      throw new InvalidPropertyException(FORMAT, format, invalid.getMessage());
    }
  }

  /**
   * @param clock the time of the wall clock's extractor
   * @param messages reader of Avro messages that are landed in another form; absent: none are read
   */
  Partitioner partitioner(Clock clock, Optional<? extends RecordEncoder> messages) {
    return switch (kind) {
      case DEFAULT -> Partitioner.KAFKA_PARTITION;
      case FIELD -> new FieldPartitioner(fields, labels, messages);
      case TIME, HOURLY, DAILY ->
          new TimePartitioner(extractor(clock, messages), pathFormat(), zone, period);
    };
  }

  private TimestampExtractor extractor(Clock clock, Optional<? extends RecordEncoder> messages) {
    return switch (extractor) {
      case WALLCLOCK -> TimestampExtractor.wallclock(clock);
      case RECORD -> TimestampExtractor.record();
      case RECORD_FIELD -> TimestampExtractor.field(timestampField, messages);
    };
  }

  /** Those of this group's properties that the chosen partitioner has no use for, with why. */
  static Map<String, String> unused(Map<String, String> properties) {
    PartitionerKind kind = PartitionerKind.of(properties.getOrDefault(PARTITIONER, "default"));
    Map<String, String> unused = new TreeMap<>();
    if (kind != PartitionerKind.FIELD) {
      OF_FIELDS.forEach(name -> unused.put(name, kind.called() + " reads no fields for its paths"));
    }
    if (!kind.isOfTime()) {
      OF_TIMES.forEach(name -> unused.put(name, kind.called() + " formats no time"));
    }
    if (kind != PartitionerKind.TIME) {
      OF_PATTERNS.forEach(
          name ->
              unused.put(
                  name, kind.called() + (kind.isOfTime() ? " has its own" : " formats no time")));
    }
    unused.keySet().retainAll(properties.keySet());
    return unused;
  }

  /** Confluent's examples name countries too, such as US; they mean no other numbers. */
  private static Locale locale(String name) {
    Locale locale = Locale.forLanguageTag(name.strip().replace('_', '-'));
    return LANGUAGES.contains(locale.getLanguage()) ? locale : Locale.ENGLISH;
  }
}
