package io.freshet.connect.partition;

import java.util.Locale;

/** Writes a field's value as one folder's name, by Hive's rules. */
final class PathText {
  /** Where Hive keeps rows whose value is null or an empty text. */
  static final String NONE = "__HIVE_DEFAULT_PARTITION__";

  /** What Hive's {@code FileUtils} escapes, beside the control characters. */
  private static final String ESCAPED = "\"#%'*/:=?\\{[]^\u007f";

  private PathText() {}

  /** A value's text; what has a meaning in a path stands as {@code %} and two digits. */
  static String of(String value) {
    if (value.isEmpty()) {
      return NONE;
    }
    // A text that is no name of its own: a step up, or what stands for null.
    boolean taken = value.equals(".") || value.equals("..") || value.equals(NONE);
    if (!taken && value.chars().noneMatch(PathText::isEscaped)) {
      return value;
    }
    StringBuilder text = new StringBuilder(value.length() + 8);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (isEscaped(c) || taken && i == 0) {
        text.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private static boolean isEscaped(int c) {
    return c < ' ' || ESCAPED.indexOf(c) >= 0;
  }
}
