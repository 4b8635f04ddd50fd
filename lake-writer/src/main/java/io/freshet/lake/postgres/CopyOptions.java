package io.freshet.lake.postgres;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.BareNumeric;
import io.freshet.lake.config.IntervalMode;
import io.freshet.lake.config.PostgresConfig;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** The options of {@code format("postgres-copy")}, which travel to the tasks. */
public final class CopyOptions implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Where the database is: {@code jdbc:postgresql://host:port/database}. */
  public static final String URL = "url";

  public static final String USER = "user";

  /** Spark's plans and logs leave out what has this name. */
  public static final String PASSWORD = "password";

  /** {@code schema.table}. */
  public static final String TABLE = "dbtable";

  /** An exported snapshot's name; absent: each task has a snapshot of its own. */
  public static final String SNAPSHOT = "snapshot";

  /** How many parts there are; absent: as the table's size says. */
  public static final String PARTITIONS = "numpartitions";

  /** A column whose hash divides what has no blocks, such as a view. */
  public static final String HASH_COLUMN = "hashcolumn";

  /** {@code decimal} or {@code string}. */
  public static final String BARE_NUMERIC = "bare-numeric";

  /** {@code string} or {@code numeric}. */
  public static final String INTERVALS = "interval-handling-mode";

  /** What stands before the names of further settings of the driver. */
  public static final String DRIVER = "driver.";

  private static final Set<String> KNOWN =
      Set.of(
          URL, USER, PASSWORD, TABLE, SNAPSHOT, PARTITIONS, HASH_COLUMN, BARE_NUMERIC, INTERVALS);

  private final HashMap<String, String> options;

  /**
   * @param options as Spark's reader got them, in any case
   * @throws LakeException if one is missing, unknown, or none of its values
   */
  public CopyOptions(Map<String, String> options) {
    this.options = new HashMap<>();
    options.forEach((name, value) -> this.options.put(name.toLowerCase(Locale.ROOT), value));
    for (String name : List.of(URL, USER, PASSWORD, TABLE)) {
      required(name);
    }
    for (String name : this.options.keySet()) {
      if (!KNOWN.contains(name) && !name.startsWith(DRIVER)) {
        throw new LakeException(
            "postgres-copy has no option '%s'; there are %s and %s<setting of the JDBC driver>"
                .formatted(name, new TreeSet<>(KNOWN), DRIVER));
      }
    }
    bareNumeric();
    intervals();
    partitions();
  }

  /** The options that read a table of a configuration's database. */
  public static Map<String, String> of(PostgresConfig config, String table) {
    Map<String, String> options = new HashMap<>();
    options.put(URL, config.url());
    options.put(USER, config.user());
    options.put(PASSWORD, config.password());
    options.put(TABLE, table);
    options.put(INTERVALS, config.intervals().name().toLowerCase(Locale.ROOT));
    config.properties().forEach((name, value) -> options.put(DRIVER + name, value));
    return options;
  }

  private String required(String name) {
    String value = options.get(name);
    if (value == null || value.isBlank()) {
      throw new LakeException("postgres-copy needs the option '" + name + "'");
    }
    return value;
  }

  String table() {
    return required(TABLE);
  }

  String snapshot() {
    return options.getOrDefault(SNAPSHOT, "");
  }

  String hashColumn() {
    return options.getOrDefault(HASH_COLUMN, "");
  }

  OptionalInt partitions() {
    String value = options.get(PARTITIONS);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (!value.matches("[1-9][0-9]{0,5}")) {
      throw new LakeException(
          "postgres-copy's option %s is '%s', but must be a whole number from 1 to 999999"
              .formatted(PARTITIONS, value));
    }
    return OptionalInt.of(Integer.parseInt(value));
  }

  TypeMapping types() {
    return new TypeMapping(bareNumeric(), intervals());
  }

  private BareNumeric bareNumeric() {
    return choice(BARE_NUMERIC, BareNumeric.DECIMAL);
  }

  private IntervalMode intervals() {
    return choice(INTERVALS, IntervalMode.STRING);
  }

  private <E extends Enum<E>> E choice(String name, E fallback) {
    String value = options.get(name);
    if (value == null) {
      return fallback;
    }
    for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(value)) {
        return constant;
      }
    }
    throw new LakeException(
        "postgres-copy's option %s is '%s', but must be one of %s"
            .formatted(
                name,
                value,
                Arrays.toString(fallback.getDeclaringClass().getEnumConstants())
                    .toLowerCase(Locale.ROOT)));
  }

  /** The database. */
  Postgres database() {
    Map<String, String> properties = new HashMap<>();
    options.forEach(
        (name, value) -> {
          if (name.startsWith(DRIVER)) {
            properties.put(DriverSettings.spelt(name.substring(DRIVER.length())), value);
          }
        });
    return Postgres.of(required(URL), required(USER), required(PASSWORD), properties);
  }
}
