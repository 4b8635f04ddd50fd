package io.freshet.lake.postgres;

/** A column's name in the lake: what Debezium's {@code field.name.adjustment.mode=avro} makes. */
public final class LakeNames {
  private LakeNames() {}

  public static String of(String column) {
    StringBuilder name = new StringBuilder(column.length() + 1);
    if (!column.isEmpty() && isDigit(column.charAt(0))) {
      name.append('_');
    }
    for (int i = 0; i < column.length(); i++) {
      char letter = column.charAt(i);
      name.append(isLetter(letter) || isDigit(letter) ? letter : '_');
    }
    return name.toString();
  }

  private static boolean isLetter(char letter) {
    return letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter == '_';
  }

  private static boolean isDigit(char letter) {
    return letter >= '0' && letter <= '9';
  }
}
