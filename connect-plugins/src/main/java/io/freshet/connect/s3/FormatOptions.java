package io.freshet.connect.s3;

import io.freshet.connect.avro.ConnectDataEncoder;
import io.freshet.connect.avro.EncoderByValue;
import io.freshet.connect.avro.PassThroughEncoder;
import io.freshet.connect.avro.RecordEncoder;
import io.freshet.connect.avro.SchemaRegistry;
import io.freshet.connect.format.AvroFormat;
import io.freshet.connect.format.ByteArrays;
import io.freshet.connect.format.BytesEncoder;
import io.freshet.connect.format.BytesFormat;
import io.freshet.connect.format.Compression;
import io.freshet.connect.format.FileFormat;
import io.freshet.connect.format.JsonEncoder;
import io.freshet.connect.format.JsonFormat;
import io.freshet.connect.format.ParquetCodec;
import io.freshet.connect.format.ParquetFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.connect.json.DecimalFormat;

/**
 * What the landed files are.
 *
 * @param kind their format
 * @param parquetCodec compression of Parquet files' pages
 * @param compression of text and bytes files
 * @param decimals how decimals stand in JSON
 * @param separator what follows each value in a bytes file
 * @param bytesExtension file name extension of bytes files, without its dot
 */
record FormatOptions(
    Kind kind,
    ParquetCodec parquetCodec,
    Compression compression,
    DecimalFormat decimals,
    String separator,
    String bytesExtension) {
  static final String FORMAT = "format.class";
  static final String PARQUET_CODEC = "parquet.codec";
  static final String COMPRESSION = "s3.compression.type";
  static final String COMPRESSION_LEVEL = "s3.compression.level";
  static final String DECIMALS = "json.decimal.format";
  static final String SEPARATOR = "format.bytearray.separator";
  static final String EXTENSION = "format.bytearray.extension";

  private static final String GROUP = "Files";
  private static final Pattern EXTENSIONS = Pattern.compile("\\.?[a-z0-9]+(\\.[a-z0-9]+)*");

  /** A format, by its short name. */
  enum Kind {
    AVRO("avro.AvroFormat"),
    PARQUET("parquet.ParquetFormat"),
    JSON("json.JsonFormat"),
    BYTES("bytearray.ByteArrayFormat");

    private final String theirs;

    Kind(String theirs) {
      this.theirs = theirs;
    }

    String shortName() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean isCalled(String name) {
      return name.equalsIgnoreCase(name())
          || name.equals("io.confluent.connect.s3.format." + theirs)
          || name.equalsIgnoreCase(theirs.substring(theirs.indexOf('.') + 1));
    }

    static List<String> names() {
      return Arrays.stream(values()).map(Kind::shortName).toList();
    }

    /**
     * @throws IllegalArgumentException if no format has the name
     */
    static Kind of(String name) {
      return Arrays.stream(values())
          .filter(kind -> kind.isCalled(name.strip()))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "is no format; use one of "
                          + String.join(", ", names())
                          + ", or the class name of Confluent's"));
    }
  }

  static void define(ConfigDef def) {
    int order = 0;
    def.define(
        FORMAT,
        Type.STRING,
        Kind.AVRO.shortName(),
        Checks.that(Kind.names().toString(), Kind::of),
        Importance.HIGH,
        "Format of the landed files, by its short name or by Confluent's class name: Avro object"
            + " container files, Parquet, JSON lines, or the values' bytes as they are.",
        GROUP,
        ++order,
        Width.MEDIUM,
        FORMAT);
    def.define(
        PARQUET_CODEC,
        Type.STRING,
        ParquetCodec.SNAPPY.propertyValue(),
        Checks.oneOf(ParquetCodec.propertyValues()),
        Importance.MEDIUM,
        "Compression of the Parquet files' pages.",
        GROUP,
        ++order,
        Width.SHORT,
        PARQUET_CODEC);
    def.define(
        COMPRESSION,
        Type.STRING,
        "none",
        Checks.oneOf(List.of("none", "gzip")),
        Importance.LOW,
        "Compression of JSON and bytes files as a whole; gzip adds .gz to their names.",
        GROUP,
        ++order,
        Width.SHORT,
        COMPRESSION);
    def.define(
        COMPRESSION_LEVEL,
        Type.INT,
        -1,
        ConfigDef.Range.between(-1, 9),
        Importance.LOW,
        "How hard gzip tries, 0 to 9; -1: its own default.",
        GROUP,
        ++order,
        Width.SHORT,
        COMPRESSION_LEVEL);
    def.define(
        DECIMALS,
        Type.STRING,
        DecimalFormat.NUMERIC.name(),
        Checks.oneOf(Arrays.stream(DecimalFormat.values()).map(Enum::name).toList()),
        Importance.LOW,
        "How a decimal stands in JSON: as a number with all its digits, or as Confluent's sink does"
            + " unless told otherwise, as the Base64 of its unscaled value, from which the scale is"
            + " lost.",
        GROUP,
        ++order,
        Width.SHORT,
        DECIMALS);
    def.define(
        SEPARATOR,
        Type.STRING,
        null,
        Importance.LOW,
        "What follows each value in a bytes file. Default: a line's end.",
        GROUP,
        ++order,
        Width.SHORT,
        SEPARATOR);
    def.define(
        EXTENSION,
        Type.STRING,
        "bin",
        Checks.that("file name extension", FormatOptions::checkExtension),
        Importance.LOW,
        "File name extension of bytes files, with or without its dot.",
        GROUP,
        ++order,
        Width.SHORT,
        EXTENSION);
  }

  private static void checkExtension(String extension) {
    if (!EXTENSIONS.matcher(extension).matches()) {
      throw new IllegalArgumentException(
          "can't end a landed file's name; use small letters, digits and single dots");
    }
  }

  static FormatOptions from(AbstractConfig config) {
    String extension = config.getString(EXTENSION);
    return new FormatOptions(
        Kind.of(config.getString(FORMAT)),
        ParquetCodec.of(config.getString(PARQUET_CODEC)),
        new Compression(
            "gzip".equalsIgnoreCase(config.getString(COMPRESSION)),
            config.getInt(COMPRESSION_LEVEL)),
        DecimalFormat.valueOf(config.getString(DECIMALS).toUpperCase(Locale.ROOT)),
        separator(config),
        extension.startsWith(".") ? extension.substring(1) : extension);
  }

  /** As it was given: Kafka's configs strip white space, which is what separators are made of. */
  private static String separator(AbstractConfig config) {
    Object given = config.originals().get(SEPARATOR);
    return given == null ? System.lineSeparator() : given.toString();
  }

  FileFormat fileFormat(AvroOptions avro, ByteArrays arrays) {
    return fileFormat(kind, avro, arrays);
  }

  /** A file's format that may not be the data files' one. */
  FileFormat fileFormat(Kind kind, AvroOptions avro, ByteArrays arrays) {
    return switch (kind) {
      case AVRO -> new AvroFormat(avro.codec(), arrays);
      case PARQUET -> new ParquetFormat(parquetCodec);
      case JSON -> new JsonFormat(compression, decimals);
      case BYTES -> new BytesFormat(bytesExtension, separator, compression);
    };
  }

  /**
   * How records become what the format takes.
   *
   * @param columns names of the columns that are appended beside those that every row has
   */
  RecordEncoder encoder(AvroOptions avro, List<String> columns) {
    return switch (kind) {
      case AVRO -> new EncoderByValue(passThrough(avro, avro.validate()), new ConnectDataEncoder());
      // What is decoded must be whole.
      case PARQUET -> new EncoderByValue(passThrough(avro, true), new ConnectDataEncoder());
      case JSON -> new JsonEncoder(passThrough(avro, true), decimals, columns);
      case BYTES -> new BytesEncoder();
    };
  }

  /** Reader of Avro messages, whatever is made of them; absent: there is no registry to read by. */
  static Optional<PassThroughEncoder> passThrough(AvroOptions avro, boolean validate) {
    return avro.registryUrl()
        .map(url -> new PassThroughEncoder(new SchemaRegistry(url), avro.idFormat(), validate));
  }

  /** One line for each given property that this format has no use for. */
  List<String> notUsed() {
    if (!compression.gzip() || kind == Kind.JSON || kind == Kind.BYTES) {
      return List.of();
    }
    return List.of(
        "%s=gzip is not used: %s files are compressed inside, by %s"
            .formatted(
                COMPRESSION,
                kind.shortName(),
                kind == Kind.AVRO ? AvroOptions.CODEC : PARQUET_CODEC));
  }
}
