package io.freshet.lake.change;

import io.freshet.lake.config.BareNumeric;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.unsafe.types.UTF8String;

/** {@code numeric} and {@code money} as Debezium 3.7 writes them in its precise mode. */
public final class Decimals {
  /** A decimal of a fixed scale: bytes, with Avro's logical type where Avro allows its numbers. */
  static final String FIXED_SCALE = "org.apache.kafka.connect.data.Decimal";

  /** A bare {@code numeric}: a record of scale and bytes. */
  static final String VARIABLE_SCALE = "io.debezium.data.VariableScaleDecimal";

  /** A bare {@code numeric} gets as many digits before the point as behind it, or nearly so. */
  private static final int BARE_SCALE = 18;

  private static final int MOST_DIGITS = DecimalType.MAX_PRECISION();

  /** PostgreSQL's scales go from -1000 to 1000 and travel in 11 bits. */
  private static final int MOST_SCALE = 1_000;

  private static final int SCALES = 2_048;

  private Decimals() {}

  static ColumnType fixed(Schema type, BareNumeric bare) {
    int sent = number(type, "scale", 0);
    int scale = sent > MOST_SCALE ? sent - SCALES : sent;
    boolean declared = parameter(type, "connect.decimal.precision");
    int precision = number(type, "precision", MOST_DIGITS);
    // Without a declared precision it is money, whose 19 digits fit.
    DataType lake = type(declared ? precision : Math.min(precision, MOST_DIGITS), scale, bare);
    return lake instanceof DecimalType decimal
        ? decimal(decimal.precision(), decimal.scale(), sent)
        : text(value -> new BigDecimal(new BigInteger(ColumnType.bytes(value)), sent));
  }

  /**
   * The lake's type of a {@code numeric(precision,scale)}.
   *
   * @param scale from -1000 to 1000; PostgreSQL allows numeric(3,5) and numeric(5,-2)
   * @param bare how one is stored that may have more digits than the lake's decimals
   */
  public static DataType type(int precision, int scale, BareNumeric bare) {
    // Spark's scale is from 0 to the precision.
    int digits = scale < 0 ? precision - scale : Math.max(precision, scale);
    if (digits <= MOST_DIGITS) {
      return DataTypes.createDecimalType(digits, Math.max(scale, 0));
    }
    return bare == BareNumeric.STRING
        ? DataTypes.StringType
        : DataTypes.createDecimalType(MOST_DIGITS, Math.max(0, Math.min(scale, MOST_DIGITS)));
  }

  /** The lake's type of a {@code numeric} that is declared without a precision. */
  public static DataType type(BareNumeric bare) {
    return bare == BareNumeric.STRING
        ? DataTypes.StringType
        : DataTypes.createDecimalType(MOST_DIGITS, BARE_SCALE);
  }

  private static ColumnType decimal(int precision, int scale, int sent) {
    return new ColumnType(
        DataTypes.createDecimalType(precision, scale),
        value ->
            exact(new BigDecimal(new BigInteger(ColumnType.bytes(value)), sent), precision, scale));
  }

  static ColumnType variable(BareNumeric bare) {
    return bare == BareNumeric.STRING
        ? text(Decimals::ofRecord)
        : new ColumnType(
            DataTypes.createDecimalType(MOST_DIGITS, BARE_SCALE),
            value -> exact(ofRecord(value), MOST_DIGITS, BARE_SCALE));
  }

  private static BigDecimal ofRecord(Object value) {
    IndexedRecord record = (IndexedRecord) value;
    int scale = (Integer) record.get(record.getSchema().getField("scale").pos());
    Object unscaled = record.get(record.getSchema().getField("value").pos());
    return new BigDecimal(new BigInteger(ColumnType.bytes(unscaled)), scale);
  }

  /** Where a decimal comes from. */
  private interface Source extends java.io.Serializable {
    BigDecimal of(Object value);
  }

  private static ColumnType text(Source source) {
    return new ColumnType(
        DataTypes.StringType, value -> UTF8String.fromString(plain(source.of(value))));
  }

  /** A decimal's digits, without an exponent. */
  public static String plain(BigDecimal value) {
    return value.scale() > MOST_SCALE
        ? value.stripTrailingZeros().toPlainString()
        : value.toPlainString();
  }

  /**
   * The value with another scale and nothing lost.
   *
   * @throws UnfitValueException if it has more digits than that
   */
  public static Decimal exact(BigDecimal value, int precision, int scale) {
    if (value.scale() == scale && value.precision() <= precision) {
      return Decimal.apply(value, precision, scale);
    }
    BigDecimal stripped = value.stripTrailingZeros();
    if (stripped.scale() > scale || stripped.precision() - stripped.scale() > precision - scale) {
      throw new UnfitValueException(
          "which decimal(%d,%d) can't hold; set bare-numeric: string for the table, with --accept-schema if it has the column already, or bound the source column with numeric(p,s)"
              .formatted(precision, scale),
          stripped.precision() < 1_000 ? plain(stripped) : stripped.toString());
    }
    return Decimal.apply(stripped.setScale(scale), precision, scale);
  }

  private static boolean parameter(Schema type, String name) {
    return type.getObjectProp("connect.parameters") instanceof java.util.Map<?, ?> parameters
        && parameters.containsKey(name);
  }

  private static int number(Schema type, String property, int absent) {
    return type.getObjectProp(property) instanceof Number number ? number.intValue() : absent;
  }
}
