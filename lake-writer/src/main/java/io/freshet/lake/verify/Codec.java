package io.freshet.lake.verify;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * How the values of a column are written so that PostgreSQL and the lake write the same bytes for
 * equal values, and others for others. Texts of values follow one another without anything between
 * them, so each says where it ends:
 *
 * <ul>
 *   <li>{@code ~} is NULL;
 *   <li>a text of which the characters are known ends with the character 1;
 *   <li>any other has its length in bytes and a colon before it;
 *   <li>an array is its elements' texts in brackets.
 * </ul>
 */
final class Codec implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final char NULL = '~';
  private static final char END = 1;

  /** Stands for the column, or the value, in a piece of SQL. */
  static final String VALUE = "@";

  private enum Form {
    BOUNDED,
    FREE,
    NESTED
  }

  /** Writes Spark's internal value, never null. */
  interface Writer extends Serializable {
    void write(Object value, TextBuffer out);
  }

  /** Makes the value that Spark takes in a row of its text. */
  interface Reader extends Serializable {
    Object read(String text);
  }

  private final Form form;
  private final String sql;
  private final Writer writer;
  private final Reader reader;
  private final String inverse;
  private final Codec element;
  private final DataType elementType;

  private Codec(
      Form form,
      String sql,
      Writer writer,
      Reader reader,
      String inverse,
      Codec element,
      DataType elementType) {
    this.form = form;
    this.sql = sql;
    this.writer = writer;
    this.reader = reader;
    this.inverse = inverse;
    this.element = element;
    this.elementType = elementType;
  }

  /**
   * Values whose text has no character below the blank.
   *
   * @param sql the text of {@link #VALUE}; null for null
   */
  static Codec bounded(String sql, Writer writer, Reader reader) {
    return new Codec(Form.BOUNDED, sql, writer, reader, "", null, null);
  }

  /** Texts of any characters; {@code sql} is evaluated twice. */
  static Codec free(String sql) {
    return new Codec(Form.FREE, sql, Codec::writeText, text -> text, VALUE, null, null);
  }

  /** Arrays of one dimension. Debezium makes NULLs of the others' elements. */
  static Codec array(Codec element, DataType elementType) {
    String sql =
        "CASE WHEN array_ndims(@) > 1 THEN '[' || repeat('~', array_length(@, 1)) || ']'"
            + " WHEN @ IS NOT NULL THEN '[' || coalesce((SELECT string_agg("
            + element.piece("element")
            + ", '') FROM unnest(@) AS elements(element)), '') || ']' END";
    return new Codec(Form.NESTED, sql, null, null, "", element, elementType);
  }

  /** The same with SQL that makes a value of its text, which is {@link #VALUE}. */
  Codec invertedBy(String sqlOfText) {
    return new Codec(form, sql, writer, reader, sqlOfText, element, elementType);
  }

  /**
   * SQL for a value's text with its end.
   *
   * @param expression SQL for the value
   */
  String piece(String expression) {
    String text = sql.replace(VALUE, expression);
    return switch (form) {
      case BOUNDED -> "coalesce(" + text + " || E'\\x01', '~')";
      case FREE -> "coalesce(octet_length(" + text + ")::text || ':' || " + text + ", '~')";
      case NESTED -> "coalesce(" + text + ", '~')";
    };
  }

  /** SQL that makes a value of its text; empty where there is none. */
  Optional<String> inverse(String text) {
    return inverse.isEmpty() ? Optional.empty() : Optional.of(inverse.replace(VALUE, text));
  }

  /** Appends the text of Spark's internal value, which may be null. */
  void write(Object value, TextBuffer out) {
    if (value == null) {
      out.append(NULL);
      return;
    }
    switch (form) {
      case BOUNDED -> {
        writer.write(value, out);
        out.append(END);
      }
      case FREE -> {
        out.number(((UTF8String) value).numBytes());
        out.append(':');
        writer.write(value, out);
      }
      case NESTED -> {
        ArrayData array = (ArrayData) value;
        out.append('[');
        for (int i = 0; i < array.numElements(); i++) {
          element.write(array.isNullAt(i) ? null : array.get(i, elementType), out);
        }
        out.append(']');
      }
    }
  }

  /** The next value of a text, as Spark takes it in a row; may be null. */
  Object read(TextReader in) {
    if (in.passes(NULL)) {
      return null;
    }
    return switch (form) {
      case BOUNDED -> reader.read(in.upTo(END));
      case FREE -> reader.read(in.take(Integer.parseInt(in.upTo(':'))));
      case NESTED -> {
        List<Object> array = new ArrayList<>();
        in.passes('[');
        while (!in.passes(']')) {
          array.add(element.read(in));
        }
        yield array;
      }
    };
  }

  /** The next value of a text by itself, without what says where it ends; null for NULL. */
  String text(TextReader in) {
    if (in.passes(NULL)) {
      return null;
    }
    if (form == Form.FREE) {
      return in.take(Integer.parseInt(in.upTo(':')));
    }
    return in.upTo(END);
  }

  private static void writeText(Object value, TextBuffer out) {
    out.append(((UTF8String) value).getBytes());
  }
}
