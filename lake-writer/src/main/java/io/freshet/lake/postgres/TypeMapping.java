package io.freshet.lake.postgres;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.Decimals;
import io.freshet.lake.config.BareNumeric;
import io.freshet.lake.config.IntervalMode;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * How PostgreSQL's types are read, so that a row is the same whether it comes in a snapshot or as a
 * change through Debezium 3.7 with its default settings. TYPES.md lists what becomes of what.
 */
final class TypeMapping {
  /** Types whose text is what the lake has; their binary formats are of no use. */
  private static final Set<String> AS_TEXT =
      Set.of(
          "inet",
          "cidr",
          "macaddr",
          "macaddr8",
          "tsvector",
          "int4range",
          "int8range",
          "numrange",
          "tsrange",
          "tstzrange",
          "daterange",
          "ltree",
          "isbn",
          "isbn13",
          "ean13",
          "ismn",
          "ismn13",
          "issn",
          "issn13",
          "upc");

  /** Elements of arrays that Debezium leaves out. */
  private static final Set<String> NOT_IN_ARRAYS =
      Set.of("money", "name", "interval", "bit", "varbit", "xml", "point");

  /** Elements of arrays that Debezium knows and that are not read here. */
  private static final Set<String> NOT_READ_IN_ARRAYS =
      Set.of("vector", "halfvec", "sparsevec", "geometry", "geography");

  private static final int MODIFIER_HEADER = 4;

  private final BareNumeric bare;
  private final IntervalMode intervals;

  TypeMapping(BareNumeric bare, IntervalMode intervals) {
    this.bare = bare;
    this.intervals = intervals;
  }

  /** How a value is asked for. */
  private enum Form {
    /** As it is. */
    PLAIN,
    /** As a numeric. */
    NUMERIC,
    /** As the text that PostgreSQL prints; a cast to text prints some types otherwise. */
    TEXT
  }

  private record Mapped(Form form, DataType type, FieldDecoder decoder) {}

  /**
   * How a column is read.
   *
   * @return empty if Debezium leaves out columns of its type
   * @throws LakeException if Debezium knows its type, but it can't be read here
   */
  Optional<CopyColumn> column(PostgresColumn column) {
    String name = Sql.name(column.name());
    if (!column.isArray()) {
      return scalar(column.type(), column.kind(), column.modifier())
          .map(as -> copied(column, expression(as.form(), name), as.type(), as.decoder()));
    }
    if (NOT_READ_IN_ARRAYS.contains(column.element())) {
      throw new LakeException(
          "column %s is an array of %s, which snapshot can't read; leave the table to the source connector's own snapshot"
              .formatted(column.name(), column.element()));
    }
    if (NOT_IN_ARRAYS.contains(column.element())) {
      return Optional.empty();
    }
    return scalar(column.element(), column.elementKind(), column.modifier())
        .map(
            as ->
                copied(
                    column,
                    as.form() == Form.TEXT ? texts(name) : name,
                    DataTypes.createArrayType(as.type(), true),
                    Texts.array(
                        column.element().equals("time") ? Times::timeInArray : as.decoder())));
  }

  private static CopyColumn copied(
      PostgresColumn column, String expression, DataType type, FieldDecoder decoder) {
    return new CopyColumn(LakeNames.of(column.name()), expression, type, decoder);
  }

  private static String expression(Form form, String name) {
    return switch (form) {
      case PLAIN -> name;
      case NUMERIC -> name + "::numeric";
      case TEXT -> printed(name);
    };
  }

  private static String printed(String value) {
    return "CASE WHEN %s IS NOT NULL THEN format('%%s', %s) END".formatted(value, value);
  }

  /** The elements' texts; an array of several dimensions stays one that is not read. */
  private static String texts(String name) {
    return "CASE WHEN %1$s IS NULL THEN NULL WHEN array_ndims(%1$s) > 1 THEN array_fill(NULL::text, ARRAY[array_length(%1$s, 1)]) ELSE ARRAY(SELECT %2$s FROM unnest(%1$s) WITH ORDINALITY AS item(value, place) ORDER BY place) END"
        .formatted(name, printed("value"));
  }

  private Optional<Mapped> scalar(String type, char kind, int modifier) {
    if (kind == 'e') {
      return plain(DataTypes.StringType, Texts::text);
    }
    if (kind != 'b' && kind != 'r') {
      return Optional.empty(); // A composite may have any type's name.
    }
    if (AS_TEXT.contains(type)) {
      return Optional.of(new Mapped(Form.TEXT, DataTypes.StringType, Texts::text));
    }
    return switch (type) {
      case "bool" -> plain(DataTypes.BooleanType, (bytes, at, length) -> bytes[at] != 0);
      case "int2" -> plain(DataTypes.IntegerType, (b, at, length) -> (int) Wire.int2(b, at));
      case "int4" -> plain(DataTypes.IntegerType, (b, at, length) -> Wire.int4(b, at));
      case "int8" -> plain(DataTypes.LongType, (b, at, length) -> Wire.int8(b, at));
      case "oid" ->
          plain(DataTypes.LongType, (b, at, length) -> Integer.toUnsignedLong(Wire.int4(b, at)));
      case "float4" -> plain(DataTypes.FloatType, (b, at, length) -> Wire.float4(b, at));
      case "float8" -> plain(DataTypes.DoubleType, (b, at, length) -> Wire.float8(b, at));
      case "numeric" -> numeric(modifier);
      case "money" ->
          Optional.of(
              new Mapped(
                  Form.NUMERIC,
                  DataTypes.createDecimalType(DecimalType.MAX_PRECISION(), 2),
                  Numerics.decimal(DecimalType.MAX_PRECISION(), 2)));
      case "text", "varchar", "bpchar", "name", "citext", "json", "xml" ->
          plain(DataTypes.StringType, Texts::text);
      case "char" -> plain(DataTypes.StringType, Texts::character);
      case "jsonb" -> plain(DataTypes.StringType, Texts::jsonb);
      case "uuid" -> plain(DataTypes.StringType, Texts::uuid);
      case "hstore" -> plain(DataTypes.StringType, Texts::hstore);
      case "bytea" -> plain(DataTypes.BinaryType, Texts::bytes);
      case "bit", "varbit" ->
          modifier == 1
              ? plain(DataTypes.BooleanType, Texts::bit)
              : plain(DataTypes.StringType, Texts.bits(Math.max(0, modifier)));
      case "date" -> plain(DataTypes.DateType, Times::date);
      case "timestamp", "timestamptz" -> plain(DataTypes.TimestampType, Times::timestamp);
      case "time" -> plain(DataTypes.StringType, Times::time);
      case "timetz" -> plain(DataTypes.StringType, Times::zonedTime);
      case "interval" ->
          intervals == IntervalMode.STRING
              ? plain(DataTypes.StringType, Times::intervalText)
              : plain(DataTypes.LongType, Times::intervalMicros);
      default -> shape(type);
    };
  }

  private static Optional<Mapped> shape(String type) {
    return switch (type) {
      case "point" -> plain(Shapes.POINT, Shapes::point);
      case "line" -> plain(Shapes.LINE, Shapes::line);
      case "circle" -> plain(Shapes.CIRCLE, Shapes::circle);
      case "lseg" -> plain(Shapes.GEOMETRY, Shapes::segment);
      case "box" -> plain(Shapes.GEOMETRY, Shapes::box);
      case "path" -> plain(Shapes.GEOMETRY, Shapes::path);
      case "polygon" -> plain(Shapes.GEOMETRY, Shapes::polygon);
      case "geometry", "geography" -> plain(Shapes.GEOMETRY, Shapes::extended);
      case "vector" ->
          Optional.of(
              new Mapped(
                  Form.TEXT,
                  DataTypes.createArrayType(DataTypes.DoubleType, true),
                  Vectors::doubles));
      case "halfvec" ->
          Optional.of(
              new Mapped(
                  Form.TEXT,
                  DataTypes.createArrayType(DataTypes.FloatType, true),
                  Vectors::floats));
      case "sparsevec" -> Optional.of(new Mapped(Form.TEXT, Vectors.SPARSE, Vectors::sparse));
      default -> Optional.empty();
    };
  }

  private Optional<Mapped> numeric(int modifier) {
    if (modifier < MODIFIER_HEADER) {
      return numeric(Decimals.type(bare), false);
    }
    int precision = modifier - MODIFIER_HEADER >> 16 & 0xffff;
    // Eleven bits with a sign.
    int scale = (modifier - MODIFIER_HEADER & 0x7ff ^ 1_024) - 1_024;
    return numeric(Decimals.type(precision, scale, bare), true);
  }

  private static Optional<Mapped> numeric(DataType type, boolean declared) {
    return type instanceof DecimalType decimal
        ? plain(type, Numerics.decimal(decimal.precision(), decimal.scale()))
        : plain(type, Numerics.text(declared));
  }

  private static Optional<Mapped> plain(DataType type, FieldDecoder decoder) {
    return Optional.of(new Mapped(Form.PLAIN, type, decoder));
  }
}
