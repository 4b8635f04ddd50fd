package io.freshet.lake.verify;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Which {@link Codec} a column has, by its type in PostgreSQL and in the lake. What is lost on the
 * way by TYPES.md is no difference: a {@code numeric}'s NaN, a varying bit string's zeros in front,
 * the infinities of dates and times.
 */
final class Codecs {
  /** 2000-01-01 in microseconds since 1970: where PostgreSQL counts from. */
  private static final long EPOCH = 946_684_800_000_000L;

  private static final long LAST = micros(LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000));
  private static final long FIRST = micros(LocalDateTime.of(1, 1, 1, 0, 0));

  private static final Set<String> WHOLE = Set.of("int2", "int4", "int8", "oid");

  /** Types whose text PostgreSQL prints without what they are at hand. */
  private static final Set<String> TEXTS = Set.of("text", "varchar");

  private static final Set<String> JSON = Set.of("json", "jsonb");

  /** Types that are printed by the rules of the connection that Debezium made. */
  private static final Set<String> UNSTEADY = Set.of("tstzrange", "hstore", "bytea", "money");

  /** Types that Debezium cuts to milliseconds in arrays. */
  private static final Set<String> CUT_IN_ARRAYS = Set.of("time", "timetz");

  private static final String PRINTED = "CASE WHEN @ IS DISTINCT FROM NULL THEN concat(@) END";

  private Codecs() {}

  /** Empty where the two can't be compared. */
  static Optional<Codec> of(SourceType type, DataType lake) {
    if (lake instanceof ArrayType array) {
      return type.element()
          .filter(element -> !CUT_IN_ARRAYS.contains(element.name()))
          .flatMap(element -> of(element, array.elementType()))
          .map(element -> Codec.array(element, array.elementType()));
    }
    if (type.element().isPresent() || type.kind().equals("d")) {
      return Optional.empty();
    }
    if (lake.equals(DataTypes.StringType)) {
      return text(type);
    }
    if (lake instanceof DecimalType decimal) {
      return decimal(type, decimal);
    }
    if (lake instanceof StructType) {
      return Geometry.of(type);
    }
    return Optional.ofNullable(
        switch (lake.typeName()) {
          case "boolean" -> bool(type);
          case "integer" ->
              WHOLE.contains(type.name())
                  ? whole((value, out) -> out.number((Integer) value), Integer::valueOf)
                  : null;
          case "long" ->
              WHOLE.contains(type.name())
                  ? whole((value, out) -> out.number((Long) value), Long::valueOf)
                  : null;
          case "float" -> real(type);
          case "double" -> dbl(type);
          case "date" -> type.name().equals("date") ? date() : null;
          case "timestamp" ->
              Set.of("timestamp", "timestamptz").contains(type.name()) ? time(type) : null;
          case "binary" -> bytes(type);
          default -> null;
        });
  }

  private static Codec whole(Codec.Writer writer, Codec.Reader reader) {
    return Codec.bounded("@::text", writer, reader).invertedBy("@::int8");
  }

  private static Codec bool(SourceType type) {
    String sql =
        switch (type.name()) {
          case "bool" -> "@::text";
          case "bit" -> "(@ = B'1')::text";
          default -> "";
        };
    return sql.isEmpty()
        ? null
        : Codec.bounded(
            sql, (value, out) -> out.append((Boolean) value ? "true" : "false"), Boolean::valueOf);
  }

  private static Codec real(SourceType type) {
    return switch (type.name()) {
      case "float4" ->
          Codec.bounded(
              "CASE WHEN @ = 'NaN' THEN 'NaN' ELSE encode(float4send(@), 'hex') END",
              (value, out) -> {
                float number = (Float) value;
                if (Float.isNaN(number)) {
                  out.append("NaN");
                } else {
                  out.hex(Float.floatToRawIntBits(number), 8);
                }
              },
              text ->
                  text.equals("NaN")
                      ? Float.NaN
                      : Float.intBitsToFloat(Integer.parseUnsignedInt(text, 16)));
      // The source's column was widened, and no row came since.
      case "float8" ->
          Codec.bounded(
              Geometry.FLOAT8,
              (value, out) -> Geometry.number(((Float) value).doubleValue(), out),
              text -> (float) Geometry.number(text));
      default -> null;
    };
  }

  private static Codec dbl(SourceType type) {
    return Set.of("float4", "float8", "numeric").contains(type.name())
        ? Codec.bounded(
            Geometry.FLOAT8.replace("@", "@::float8"),
            (value, out) -> Geometry.number((Double) value, out),
            Geometry::number)
        : null;
  }

  private static Optional<Codec> decimal(SourceType type, DecimalType lake) {
    String sql =
        switch (type.name()) {
          // What is not finite arrives as NULL, and only a column without limits holds infinities.
          case "numeric" ->
              type.modifier() >= 0
                  ? "nullif(trim_scale(@)::text, 'NaN')"
                  : "nullif(nullif(nullif(trim_scale(@)::text, 'NaN'), 'Infinity'), '-Infinity')";
          case "money" -> "trim_scale(@::numeric)::text";
          default -> "";
        };
    return sql.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Codec.bounded(
                    sql,
                    (value, out) ->
                        out.append(
                            ((Decimal) value)
                                .toJavaBigDecimal()
                                .stripTrailingZeros()
                                .toPlainString()),
                    BigDecimal::new)
                .invertedBy("@::numeric"));
  }

  private static Optional<Codec> text(SourceType type) {
    String name = type.name();
    if (TEXTS.contains(name)) {
      return Optional.of(Codec.free("@"));
    }
    if (JSON.contains(name)) {
      // JSON has no control characters but those that part its words, of which 1 is none.
      return Optional.of(bounded("@::text"));
    }
    return switch (name) {
      case "bpchar" -> Optional.of(Codec.free("textin(bpcharout(@))"));
      case "uuid" ->
          Optional.of(
              bounded("@::text")
                  .invertedBy(
                      "CASE WHEN @ ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN @::uuid END"));
      case "numeric", "time" -> Optional.of(bounded("@::text"));
      case "money" -> Optional.of(bounded("@::numeric::text"));
      case "timetz" -> Optional.of(bounded("(@ AT TIME ZONE 'UTC')::time::text || 'Z'"));
      case "interval" -> Optional.of(bounded(INTERVAL));
      case "bit" -> Optional.of(bounded("@::text"));
      case "varbit" -> Optional.of(bits(type.modifier()));
      default -> UNSTEADY.contains(name) ? Optional.empty() : Optional.of(Codec.free(PRINTED));
    };
  }

  /** How many zeros stood before them is not known, unless they have a length. */
  private static Codec bits(int length) {
    return Codec.bounded(
        "ltrim(@::text, '0')",
        (value, out) -> out.append(value.toString().replaceFirst("^0+", "")),
        text -> "0".repeat(Math.max(0, length - text.length())) + text);
  }

  /** As {@code interval.handling.mode=string} has it. */
  private static final String INTERVAL =
      "CASE WHEN @ IS DISTINCT FROM NULL THEN format('P%sY%sM%sDT%sH%sM%sS', extract(year FROM @),"
          + " extract(month FROM @), extract(day FROM @), extract(hour FROM @),"
          + " extract(minute FROM @), trim_scale(extract(second FROM @)::numeric)) END";

  private static Codec bounded(String sql) {
    return Codec.bounded(
        sql, (value, out) -> out.append(((UTF8String) value).getBytes()), text -> text);
  }

  private static Codec bytes(SourceType type) {
    return Codec.bounded(
        type.name().equals("bytea")
            ? "encode(@, 'hex')"
            : "CASE WHEN @ IS DISTINCT FROM NULL THEN encode(convert_to(concat(@), 'UTF8'), 'hex') END",
        (value, out) -> out.hex((byte[]) value),
        text -> HexFormat.of().parseHex(text));
  }

  private static Codec date() {
    return Codec.bounded(
            "CASE WHEN isfinite(@) THEN (@ - date '1970-01-01')::text WHEN @ > '2000-01-01' THEN '"
                + LocalDate.of(9999, 12, 31).toEpochDay()
                + "' WHEN @ < '2000-01-01' THEN '"
                + LocalDate.of(1, 1, 1).toEpochDay()
                + "' END",
            (value, out) -> out.number((Integer) value),
            text -> LocalDate.ofEpochDay(Long.parseLong(text)))
        .invertedBy("date '1970-01-01' + @::int");
  }

  private static Codec time(SourceType type) {
    return Codec.bounded(
        "CASE WHEN isfinite(@) THEN encode("
            + type.name()
            + "_send(@), 'hex') WHEN @ > '2000-01-01' THEN '"
            + hex(LAST - EPOCH)
            + "' WHEN @ < '2000-01-01' THEN '"
            + hex(FIRST - EPOCH)
            + "' END",
        (value, out) -> out.hex((Long) value - EPOCH, 16),
        text -> Instant.EPOCH.plus(Long.parseUnsignedLong(text, 16) + EPOCH, ChronoUnit.MICROS));
  }

  private static String hex(long value) {
    return HexFormat.of().toHexDigits(value);
  }

  private static long micros(LocalDateTime utc) {
    return utc.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + utc.getNano() / 1_000;
  }
}
