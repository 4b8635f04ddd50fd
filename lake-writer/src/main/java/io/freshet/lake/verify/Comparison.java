package io.freshet.lake.verify;

import io.freshet.lake.LakeException;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What of a PostgreSQL table and a lake table is compared: each row's key, and the text of its
 * other columns.
 *
 * @param source the table in PostgreSQL
 * @param keys columns that tell rows apart
 * @param others the columns that are compared besides
 * @param notCompared columns that aren't, each with the reason
 */
record Comparison(
    SourceTable source,
    List<ComparedColumn> keys,
    List<ComparedColumn> others,
    Map<String, String> notCompared) {

  /**
   * A column on both sides.
   *
   * @param source its name in PostgreSQL
   * @param type its type there
   * @param lake its name in the lake
   * @param lakeType its type there
   * @param codec how its values are written
   */
  record ComparedColumn(
      String source, SourceType type, String lake, DataType lakeType, Codec codec) {
    /** SQL for a value's text in PostgreSQL. */
    String piece() {
      return codec.piece(SourceTable.quoted(source));
    }
  }

  /**
   * @param lake the lake table's columns
   * @param keyColumns the lake table's key
   * @param table the lake table's name, for errors' texts
   * @throws LakeException if the tables can't be compared
   */
  static Comparison of(SourceTable source, StructType lake, List<String> keyColumns, String table) {
    if (keyColumns.contains(ChangeColumns.OFFSET)) {
      throw new LakeException(
          "%s is a log of changes without a key; there is nothing to compare its rows with"
              .formatted(table));
    }
    Map<String, ComparedColumn> compared = new LinkedHashMap<>();
    Map<String, String> notCompared = new LinkedHashMap<>();
    for (SourceTable.SourceColumn column : source.columns()) {
      Optional<StructField> field = field(lake, column.name());
      if (field.isEmpty()) {
        notCompared.put(column.name(), "the lake has no such column");
      } else if (isSplit(source, lake, field.get().name())) {
        notCompared.put(column.name(), "the lake has it in two columns, one for each type");
      } else {
        Optional<Codec> codec = Codecs.of(column.type(), field.get().dataType());
        if (codec.isPresent()) {
          compared.put(
              field.get().name(),
              new ComparedColumn(
                  column.name(),
                  column.type(),
                  field.get().name(),
                  field.get().dataType(),
                  codec.get()));
        } else {
          notCompared.put(
              column.name(),
              "%s in PostgreSQL, %s in the lake"
                  .formatted(column.type().name(), field.get().dataType().sql()));
        }
      }
    }
    List<ComparedColumn> keys = new ArrayList<>();
    for (String key : keyColumns) {
      ComparedColumn column = compared.remove(key);
      if (column == null) {
        throw new LakeException(
            "%s can't be compared with %s: its key column %s is not compared (%s)"
                .formatted(
                    table,
                    source.label(),
                    key,
                    notCompared.getOrDefault(key, "PostgreSQL has no such column")));
      }
      keys.add(column);
    }
    return new Comparison(source, keys, List.copyOf(compared.values()), notCompared);
  }

  /** The lake has a column under its own name, or under that which Avro allows. */
  private static Optional<StructField> field(StructType lake, String name) {
    for (String candidate : List.of(name, avro(name))) {
      if (List.of(lake.fieldNames()).contains(candidate)
          && !ChangeColumns.LAKE.contains(candidate)) {
        return Optional.of(lake.apply(candidate));
      }
    }
    return Optional.empty();
  }

  private static String avro(String name) {
    String letters = name.replaceAll("[^A-Za-z0-9_]", "_");
    return Character.isDigit(letters.charAt(0)) ? "_" + letters : letters;
  }

  private static boolean isSplit(SourceTable source, StructType lake, String name) {
    for (String other : lake.fieldNames()) {
      if (other.startsWith(name + "__")
          && !ChangeColumns.LAKE.contains(other)
          && source.columns().stream().noneMatch(column -> avro(column.name()).equals(other))) {
        return true;
      }
    }
    return false;
  }

  /** All columns that are compared, those of the key first. */
  List<ComparedColumn> columns() {
    List<ComparedColumn> all = new ArrayList<>(keys);
    all.addAll(others);
    return all;
  }

  /** The texts of a key's values by themselves. */
  List<String> keyTexts(String key) {
    TextReader in = new TextReader(key);
    return keys.stream().map(column -> column.codec().text(in)).toList();
  }

  /** The values of a text of some of the columns, as Spark takes them in a row. */
  static List<Object> values(List<ComparedColumn> columns, String text) {
    TextReader in = new TextReader(text);
    List<Object> values = new ArrayList<>();
    columns.forEach(column -> values.add(column.codec().read(in)));
    return values;
  }

  /** The texts of a row's other columns, apart. */
  List<String> pieces(String text) {
    TextReader in = new TextReader(text);
    List<String> pieces = new ArrayList<>();
    for (ComparedColumn column : others) {
      int begin = in.position();
      column.codec().read(in);
      pieces.add(in.since(begin));
    }
    return pieces;
  }
}
