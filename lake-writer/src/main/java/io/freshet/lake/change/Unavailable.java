package io.freshet.lake.change;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.util.Utf8;

/**
 * Recognises what Debezium puts in the place of a value that PostgreSQL did not log because the
 * update left it unchanged (an out-of-line, "TOASTed" value): its {@code
 * unavailable.value.placeholder}, in the form that the column's type has for it.
 *
 * @param text the placeholder
 * @param forms what else it is as text
 */
record Unavailable(String text, Set<String> forms) implements Serializable {
  /** Debezium's default. */
  static final Unavailable DEBEZIUM = new Unavailable("__debezium_unavailable_value");

  private static final long serialVersionUID = 1L;

  Unavailable(String text) {
    this(text, forms(text));
  }

  private static Set<String> forms(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Set<String> forms = new HashSet<>();
    forms.add(HexFormat.of().formatHex(bytes));
    forms.add(Base64.getEncoder().encodeToString(bytes));
    forms.add(Base64.getUrlEncoder().encodeToString(bytes));
    forms.add("{\"%s\":\"%s\"}".formatted(text, text));
    return Set.copyOf(forms);
  }

  /**
   * @param value a column's value in Avro's generic representation
   */
  boolean is(Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return false; // First, and by class: to find that an interface is missing takes a search.
    }
    if (value instanceof Utf8 encoded && encoded.getByteLength() < text.length()) {
      return false; // Before it is decoded, which its length as text would take.
    }
    if (value instanceof CharSequence chars) {
      return isText(chars);
    }
    if (value instanceof ByteBuffer buffer) {
      return buffer.remaining() == text.length()
          && buffer.equals(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
    if (value instanceof GenericFixed fixed) {
      return Arrays.equals(fixed.bytes(), text.getBytes(StandardCharsets.UTF_8));
    }
    if (value instanceof List<?> list) {
      return isList(list);
    }
    if (value instanceof Map<?, ?> map) {
      return map.size() == 1 && map.keySet().stream().allMatch(this::is);
    }
    return false;
  }

  private boolean isText(CharSequence chars) {
    int length = chars.length();
    if (length < text.length()) {
      return false;
    }
    if (length == text.length()) {
      return chars.toString().equals(text);
    }
    // Bytes as text (binary.handling.mode), and hstore as JSON.
    return length <= 2 * text.length() + 8 && forms.contains(chars.toString());
  }

  /**
   * An array of one text or of the UUID that is named after the placeholder; where its elements are
   * numbers, the placeholder's bytes.
   */
  private boolean isList(List<?> list) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (list.size() == 1) {
      Object only = list.get(0);
      return is(only)
          || only != null && only.toString().equals(UUID.nameUUIDFromBytes(bytes).toString());
    }
    if (list.size() != bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (!(list.get(i) instanceof Number number) || number.longValue() != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
