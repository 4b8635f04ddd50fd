package io.freshet.connect.s3;

import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.KeyEncoder;
import io.freshet.connect.avro.Place;
import io.freshet.connect.avro.RecordEncoder;
import io.freshet.connect.avro.RowEncoder;
import io.freshet.connect.avro.SchemaRegistry;
import io.freshet.connect.format.JsonEncoder;
import io.freshet.connect.partition.Partitioner;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * What is landed of the records beside their values.
 *
 * @param keysAt where their keys are landed
 * @param headersAt where their headers are landed
 * @param keysFormat format of the keys' own files
 * @param headersFormat format of the headers' own files
 * @param registryKeys whether keys that come as bytes are messages of the registry
 * @param tombstoneFolder where records without a value are landed if folders are told by values
 */
record RecordPartOptions(
    Place keysAt,
    Place headersAt,
    FormatOptions.Kind keysFormat,
    FormatOptions.Kind headersFormat,
    boolean registryKeys,
    String tombstoneFolder) {
  static final String STORE_KEYS = "store.kafka.keys";
  static final String STORE_HEADERS = "store.kafka.headers";
  static final String KEYS_AS = "store.kafka.keys.as";
  static final String HEADERS_AS = "store.kafka.headers.as";
  static final String KEYS_FORMAT = "keys.format.class";
  static final String HEADERS_FORMAT = "headers.format.class";
  static final String REGISTRY_KEYS = "registry.keys";
  static final String TOMBSTONE_FOLDER = "tombstone.encoded.partition";

  private static final String GROUP = "Keys and headers";
  private static final String FILE = "file";
  private static final String COLUMN = "column";

  static void define(ConfigDef def) {
    int order = 0;
    def.define(
        STORE_KEYS,
        Type.BOOLEAN,
        false,
        Importance.MEDIUM,
        "Whether records' keys are landed too; a record without a key has a null there.",
        GROUP,
        ++order,
        Width.SHORT,
        STORE_KEYS);
    def.define(
        KEYS_AS,
        Type.STRING,
        FILE,
        Checks.oneOf(List.of(FILE, COLUMN)),
        Importance.MEDIUM,
        "Where keys are landed. file: in a file of their own beside each data file, row by row, its"
            + " name ending in .keys and the extension; files that belong together are landed by a"
            + " commit record, which readers of the folder must follow. column: in the column __key"
            + " of the data file itself.",
        GROUP,
        ++order,
        Width.SHORT,
        KEYS_AS);
    defineFormat(def, KEYS_FORMAT, "keys", ++order);
    def.define(
        REGISTRY_KEYS,
        Type.BOOLEAN,
        true,
        Importance.LOW,
        "Whether keys that come as bytes (ByteArrayConverter) are Avro messages with a schema id,"
            + " as values are; otherwise they are landed as plain bytes, as they also are without "
            + AvroOptions.REGISTRY_URL
            + ".",
        GROUP,
        ++order,
        Width.SHORT,
        REGISTRY_KEYS);
    def.define(
        STORE_HEADERS,
        Type.BOOLEAN,
        false,
        Importance.MEDIUM,
        "Whether records' headers are landed too: names and values, in their order. A value that"
            + " came as bytes (header.converter=...ByteArrayConverter) stays as it is, another one"
            + " becomes its text.",
        GROUP,
        ++order,
        Width.SHORT,
        STORE_HEADERS);
    def.define(
        HEADERS_AS,
        Type.STRING,
        FILE,
        Checks.oneOf(List.of(FILE, COLUMN)),
        Importance.MEDIUM,
        "Where headers are landed; as " + KEYS_AS + ", with .headers and __headers.",
        GROUP,
        ++order,
        Width.SHORT,
        HEADERS_AS);
    defineFormat(def, HEADERS_FORMAT, "headers", ++order);
    def.define(
        TOMBSTONE_FOLDER,
        Type.STRING,
        "tombstone",
        Checks.that("folder name", RecordPartOptions::checkFolder),
        Importance.LOW,
        "Folder of records without a value ("
            + ErrorOptions.NULL_VALUES
            + "=write) where folders are told by a field of the value; elsewhere they lie among the"
            + " others.",
        GROUP,
        ++order,
        Width.SHORT,
        TOMBSTONE_FOLDER);
  }

  private static void defineFormat(ConfigDef def, String name, String what, int order) {
    def.define(
        name,
        Type.STRING,
        FormatOptions.Kind.AVRO.shortName(),
        Checks.that(formatsBeside().toString(), RecordPartOptions::formatBeside),
        Importance.LOW,
        "Format of the files of " + what + ", named as in " + FormatOptions.FORMAT + ".",
        GROUP,
        order,
        Width.MEDIUM,
        name);
  }

  private static FormatOptions.Kind formatBeside(String name) {
    FormatOptions.Kind kind = FormatOptions.Kind.of(name);
    if (kind == FormatOptions.Kind.BYTES) {
      throw new IllegalArgumentException(
          "has no columns, by which a row is told from the next; use one of "
              + String.join(", ", formatsBeside()));
    }
    return kind;
  }

  private static List<String> formatsBeside() {
    return FormatOptions.Kind.names().stream()
        .filter(name -> !name.equals(FormatOptions.Kind.BYTES.shortName()))
        .toList();
  }

  private static void checkFolder(String folder) {
    if (!folder.matches("[^/]+(/[^/]+)*") || folder.isBlank()) {
      throw new IllegalArgumentException("is no folder's name; use one such as tombstone");
    }
  }

  static RecordPartOptions from(AbstractConfig config) {
    return new RecordPartOptions(
        place(config, STORE_KEYS, KEYS_AS),
        place(config, STORE_HEADERS, HEADERS_AS),
        formatBeside(config.getString(KEYS_FORMAT)),
        formatBeside(config.getString(HEADERS_FORMAT)),
        config.getBoolean(REGISTRY_KEYS),
        config.getString(TOMBSTONE_FOLDER));
  }

  private static Place place(AbstractConfig config, String store, String as) {
    return config.getBoolean(store)
        ? Place.valueOf(config.getString(as).toUpperCase(Locale.ROOT))
        : Place.NONE;
  }

  /** Whether files of keys or headers lie beside the data files. */
  boolean hasFiles() {
    return keysAt == Place.FILE || headersAt == Place.FILE;
  }

  /**
   * Holds the options against those that they depend on.
   *
   * @throws InvalidPropertyException if they contradict each other
   */
  void check(FormatOptions.Kind format, NullValues onNull) {
    boolean bytes = format == FormatOptions.Kind.BYTES;
    if (bytes && keysAt == Place.COLUMN) {
      throw noColumns(KEYS_AS);
    }
    if (bytes && headersAt == Place.COLUMN) {
      throw noColumns(HEADERS_AS);
    }
    if (onNull != NullValues.WRITE) {
      return;
    }
    if (bytes) {
      throw new InvalidPropertyException(
          ErrorOptions.NULL_VALUES,
          onNull.propertyValue(),
          "raw bytes have no null; use ignore or fail, or another " + FormatOptions.FORMAT);
    }
    if (keysAt == Place.NONE) {
      throw new InvalidPropertyException(
          ErrorOptions.NULL_VALUES,
          onNull.propertyValue(),
          "a row without a value says nothing without its key, which is not landed; set "
              + STORE_KEYS
              + "=true (and "
              + KEYS_AS
              + "=column for a column of the same file)");
    }
  }

  private static InvalidPropertyException noColumns(String property) {
    return new InvalidPropertyException(
        property,
        COLUMN,
        "raw bytes have no columns; use file, or another " + FormatOptions.FORMAT);
  }

  /** One line for each given property that has nothing to steer. */
  List<String> notUsed(Set<String> given) {
    List<String> lines = new ArrayList<>();
    notUsed(given, KEYS_FORMAT, keysAt, lines);
    notUsed(given, HEADERS_FORMAT, headersAt, lines);
    return lines;
  }

  private static void notUsed(Set<String> given, String format, Place place, List<String> lines) {
    if (given.contains(format) && place != Place.FILE) {
      lines.add(
          format
              + " is not used: "
              + (place == Place.COLUMN
                  ? "the column is part of the data file"
                  : "there is no such file"));
    }
  }

  /** How records become what the format takes. */
  RecordEncoder encoder(FormatOptions format, AvroOptions avro, NullValues onNull) {
    boolean nullable = onNull == NullValues.WRITE;
    if (!nullable && keysAt == Place.NONE && headersAt == Place.NONE) {
      return format.encoder(avro, List.of());
    }
    Optional<EncodedRecord> tombstone =
        nullable
            ? Optional.of(
                format.kind() == FormatOptions.Kind.JSON ? JsonEncoder.none() : RowEncoder.none())
            : Optional.empty();
    // Where fields are made nullable every value is walked over anyway.
    return new RowEncoder(
        format.encoder(nullable ? avro.withoutValidation() : avro, columns()),
        tombstone,
        keysAt,
        new KeyEncoder(
            avro.registryUrl().filter(url -> registryKeys).map(SchemaRegistry::new),
            avro.idFormat(),
            avro.validate()),
        headersAt);
  }

  private List<String> columns() {
    List<String> columns = new ArrayList<>();
    if (keysAt == Place.COLUMN) {
      columns.add(ChangeColumns.KEY);
    }
    if (headersAt == Place.COLUMN) {
      columns.add(ChangeColumns.HEADERS);
    }
    return columns;
  }

  /** A partitioner that reads values, and has a folder for the records without one. */
  Partitioner withTombstones(Partitioner partitioner) {
    return (record, encoded) ->
        record.value() == null ? tombstoneFolder : partitioner.path(record, encoded);
  }
}
