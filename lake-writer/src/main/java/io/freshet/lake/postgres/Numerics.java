package io.freshet.lake.postgres;

import io.freshet.lake.change.Decimals;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * {@code numeric} in PostgreSQL's binary format: the number of groups, the first one's weight, the
 * sign, the digits behind the point, and groups of four decimal digits ({@code numeric_send}).
 */
final class Numerics {
  private static final int HEADER = 8;
  private static final int DIGITS_PER_GROUP = 4;
  private static final int NEGATIVE = 0x4000;

  /** NaN, Infinity and -Infinity have this in their sign. */
  private static final int SPECIAL = 0xC000;

  private static final int MOST_LONG_DIGITS = 18;
  private static final BigInteger GROUP = BigInteger.valueOf(10_000);
  private static final long[] POWERS = powers();

  private Numerics() {}

  private static long[] powers() {
    long[] powers = new long[MOST_LONG_DIGITS + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  static FieldDecoder decimal(int precision, int scale) {
    return (bytes, at, length) -> decimal(bytes, at, precision, scale);
  }

  private static Decimal decimal(byte[] bytes, int at, int precision, int scale) {
    if (isSpecial(bytes, at)) {
      return null;
    }
    long unscaled = unscaled(bytes, at, scale);
    return unscaled >= 0
        ? Decimal.apply(isNegative(bytes, at) ? -unscaled : unscaled, precision, scale)
        : Decimals.exact(value(bytes, at), precision, scale);
  }

  /** The number without its sign in units of the scale; -1 where that is no whole small number. */
  private static long unscaled(byte[] bytes, int at, int scale) {
    int groups = Wire.int2(bytes, at);
    int weight = Wire.int2(bytes, at + 2);
    if (DIGITS_PER_GROUP * (weight + 1) + scale > MOST_LONG_DIGITS) {
      return -1;
    }
    long unscaled = 0;
    for (int i = 0; i < groups; i++) {
      int group = Wire.int2(bytes, at + HEADER + 2 * i);
      int power = DIGITS_PER_GROUP * (weight - i) + scale;
      if (power >= 0) {
        unscaled += group * POWERS[power];
      } else if (power <= -DIGITS_PER_GROUP || group % POWERS[-power] != 0) {
        return -1;
      } else {
        unscaled += group / POWERS[-power];
      }
    }
    return unscaled;
  }

  /**
   * As text.
   *
   * @param declared whether it has the digits behind its point that its column was declared with;
   *     else as few as it needs, as Debezium gives a bare numeric
   */
  static FieldDecoder text(boolean declared) {
    return (bytes, at, length) -> {
      if (isSpecial(bytes, at)) {
        return null;
      }
      BigDecimal value = value(bytes, at);
      if (!declared) {
        value = value.stripTrailingZeros();
        value = value.scale() < 0 ? value.setScale(0) : value;
      }
      return UTF8String.fromString(Decimals.plain(value));
    };
  }

  private static boolean isSpecial(byte[] bytes, int at) {
    return (Wire.int2(bytes, at + 4) & SPECIAL) == SPECIAL;
  }

  private static boolean isNegative(byte[] bytes, int at) {
    return Wire.int2(bytes, at + 4) == NEGATIVE;
  }

  private static BigDecimal value(byte[] bytes, int at) {
    int groups = Wire.int2(bytes, at);
    int weight = Wire.int2(bytes, at + 2);
    int scale = Wire.int2(bytes, at + 6);
    BigInteger unscaled = BigInteger.ZERO;
    for (int i = 0; i < groups; i++) {
      BigInteger group = BigInteger.valueOf(Wire.int2(bytes, at + HEADER + 2 * i));
      unscaled = unscaled.multiply(GROUP).add(group);
    }
    // Digits behind the last group are zeros, and so are those of it behind the scale.
    BigDecimal value =
        new BigDecimal(unscaled, DIGITS_PER_GROUP * (groups - 1 - weight)).setScale(scale);
    return isNegative(bytes, at) ? value.negate() : value;
  }
}
