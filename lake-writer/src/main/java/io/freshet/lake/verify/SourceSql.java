package io.freshet.lake.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** The statements that a comparison asks PostgreSQL. */
final class SourceSql {
  /** A function takes a hundred arguments. */
  private static final int ARGUMENTS = 50;

  private final Comparison comparison;
  private final String key;
  private final String text;
  private final String keyHash;
  private final String hash;

  SourceSql(Comparison comparison) {
    this.comparison = comparison;
    this.key = texts(comparison.keys());
    this.text = texts(comparison.others());
    this.keyHash = "hashtextextended((" + key + ") COLLATE \"C\", 0)";
    this.hash = "hashtextextended((" + text + ") COLLATE \"C\", " + keyHash + ")";
  }

  private static String texts(List<Comparison.ComparedColumn> columns) {
    List<String> pieces =
        columns.stream()
            .map(Comparison.ComparedColumn::piece)
            .collect(Collectors.toCollection(ArrayList::new));
    while (pieces.size() > ARGUMENTS) {
      List<String> some = pieces.subList(0, ARGUMENTS);
      String joined = "concat(" + String.join(", ", some) + ")";
      some.clear();
      pieces.add(0, joined);
    }
    return pieces.isEmpty() ? "''" : "concat(" + String.join(", ", pieces) + ")";
  }

  /** Bucket, count, sum of hashes. */
  String sums(Scope scope) {
    return "SELECT %s, count(*), sum(%s) FROM %s%s GROUP BY 1"
        .formatted(
            bucket(scope),
            hash,
            comparison.source().from(),
            scope.isWhole() ? "" : " WHERE " + chosen(scope));
  }

  /** Key and hash; its parameter is an array of buckets. */
  String hashes(Scope scope) {
    return "SELECT %s, %s FROM %s WHERE %s = ANY(?)%s"
        .formatted(
            key,
            hash,
            comparison.source().from(),
            bucket(scope),
            scope.isWhole() ? "" : " AND " + chosen(scope));
  }

  private String bucket(Scope scope) {
    return "(" + keyHash + " & " + (scope.buckets() - 1) + ")::int";
  }

  private String chosen(Scope scope) {
    return "(" + keyHash + " >> 48 & " + (Scope.WHOLE - 1) + ") < " + scope.share();
  }

  /** Whether {@link #rows} takes the keys' values, one array for each key column. */
  boolean takesValues() {
    return comparison.keys().stream().allMatch(column -> column.codec().inverse("").isPresent());
  }

  /**
   * Key, identity, text. Its parameters are an array of texts for each key column if {@link
   * #takesValues}, so that the table's primary key finds the rows, else one of keys.
   */
  String rows() {
    return "SELECT %s, tableoid || '/' || ctid || '/' || xmin, %s FROM %s WHERE %s"
        .formatted(
            key,
            text,
            comparison.source().from(),
            takesValues() ? valuesMatch() : "(" + key + ") COLLATE \"C\" = ANY(?)");
  }

  private String valuesMatch() {
    List<Comparison.ComparedColumn> keys = comparison.keys();
    if (keys.size() == 1) {
      return "%s = ANY(ARRAY(SELECT %s FROM unnest(?) AS asked(v0)))"
          .formatted(SourceTable.quoted(keys.get(0).source()), value(keys.get(0), 0));
    }
    StringJoiner columns = new StringJoiner(", ", "(", ")");
    StringJoiner values = new StringJoiner(", ");
    StringJoiner parameters = new StringJoiner(", ");
    StringJoiner names = new StringJoiner(", ");
    for (int i = 0; i < keys.size(); i++) {
      columns.add(SourceTable.quoted(keys.get(i).source()));
      values.add(value(keys.get(i), i));
      parameters.add("?");
      names.add("v" + i);
    }
    return "%s IN (SELECT %s FROM unnest(%s) AS asked(%s))"
        .formatted(columns, values, parameters, names);
  }

  private static String value(Comparison.ComparedColumn column, int index) {
    Optional<String> inverse = column.codec().inverse("v" + index);
    return "CAST(" + inverse.orElseThrow() + " AS " + column.type().qualified() + ")";
  }
}
