package io.freshet.lake.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/** Values that the lake has as text, in PostgreSQL's binary formats. */
final class Texts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Texts() {}

  /** UTF-8, the session's encoding. */
  static Object text(byte[] bytes, int at, int length) {
    return UTF8String.fromBytes(bytes, at, length);
  }

  /** Text behind one byte of a version number. */
  static Object jsonb(byte[] bytes, int at, int length) {
    return UTF8String.fromBytes(bytes, at + 1, length - 1);
  }

  /** The one byte of {@code "char"}; 0 stands for nothing. */
  static Object character(byte[] bytes, int at, int length) {
    return bytes[at] == 0 ? UTF8String.EMPTY_UTF8 : UTF8String.fromBytes(bytes, at, 1);
  }

  static Object bytes(byte[] bytes, int at, int length) {
    return Arrays.copyOfRange(bytes, at, at + length);
  }

  static Object uuid(byte[] bytes, int at, int length) {
    byte[] text = new byte[36];
    int to = 0;
    for (int i = 0; i < 16; i++) {
      if (i == 4 || i == 6 || i == 8 || i == 10) {
        text[to++] = '-';
      }
      text[to++] = HEX[bytes[at + i] >> 4 & 0xf];
      text[to++] = HEX[bytes[at + i] & 0xf];
    }
    return UTF8String.fromBytes(text);
  }

  /** Whether a bit string has a 1. */
  static Object bit(byte[] bytes, int at, int length) {
    for (int i = at + 4; i < at + length; i++) {
      if (bytes[i] != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * A bit string's digits. Debezium does not say how many zeros stood before them, so a column of
   * varying length has as many as it was declared with, or begins with a 1.
   *
   * @param declared the column's length; 0 for none
   */
  static FieldDecoder bits(int declared) {
    return (bytes, at, length) -> UTF8String.fromString(digits(bytes, at, declared));
  }

  private static String digits(byte[] bytes, int at, int declared) {
    int count = Wire.int4(bytes, at);
    StringBuilder digits = new StringBuilder("0".repeat(Math.max(0, declared - count)));
    for (int i = 0; i < count; i++) {
      digits.append((bytes[at + 4 + i / 8] >> 7 - i % 8 & 1) == 1 ? '1' : '0');
    }
    int first = declared > 0 ? 0 : digits.indexOf("1");
    return first < 0 ? "" : digits.substring(first);
  }

  /** {@code hstore} as JSON. */
  static Object hstore(byte[] bytes, int at, int length) {
    // The order of its entries is Debezium's, which is this map's.
    Map<String, String> map = new HashMap<>();
    int position = at + 4;
    for (int left = Wire.int4(bytes, at); left > 0; left--) {
      int keyLength = Wire.int4(bytes, position);
      String key = new String(bytes, position + 4, keyLength, StandardCharsets.UTF_8);
      position += 4 + keyLength;
      int valueLength = Wire.int4(bytes, position);
      position += 4;
      map.put(
          key,
          valueLength < 0
              ? null
              : new String(bytes, position, valueLength, StandardCharsets.UTF_8));
      position += Math.max(0, valueLength);
    }
    try {
      return UTF8String.fromString(JSON.writeValueAsString(map));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * An array. One of several dimensions becomes an array of nulls, as Debezium gives it.
   *
   * @param element of its elements
   */
  static FieldDecoder array(FieldDecoder element) {
    return (bytes, at, length) -> {
      int dimensions = Wire.int4(bytes, at);
      Object[] items = new Object[dimensions == 0 ? 0 : Wire.int4(bytes, at + 12)];
      int position = at + 20;
      for (int i = 0; i < items.length && dimensions == 1; i++) {
        int size = Wire.int4(bytes, position);
        position += 4;
        if (size >= 0) {
          items[i] = element.decode(bytes, position, size);
          position += size;
        }
      }
      return new GenericArrayData(items);
    };
  }
}
