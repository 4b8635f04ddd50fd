package io.freshet.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** A table's rows as comparable lines, from PostgreSQL and from the lake alike. */
final class Rows {
  private Rows() {}

  /** All rows in the order of the first column. */
  static List<String> ofPostgres(Pipeline pipeline, String table, List<String> columns)
      throws SQLException {
    List<String> rows = new ArrayList<>();
    String texts = columns.stream().map(c -> c + "::text").collect(Collectors.joining(", "));
    try (Connection connection = pipeline.database();
        ResultSet results =
            connection
                .createStatement()
                .executeQuery(
                    "select %s from %s order by %s".formatted(texts, table, columns.get(0)))) {
      while (results.next()) {
        StringJoiner row = new StringJoiner("|");
        for (int i = 1; i <= columns.size(); i++) {
          row.add(results.getString(i));
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  /**
   * All rows that are not deleted, in the order of the first column.
   *
   * @param source a table, or anything else that can follow FROM
   */
  static List<String> ofLake(Pipeline pipeline, String source, List<String> columns) {
    return ofQuery(
        pipeline,
        "select %s from %s where not __deleted order by %s"
            .formatted(texts(columns), source, columns.get(0)),
        columns);
  }

  static String texts(List<String> columns) {
    return columns.stream()
        .map(c -> "cast(%1$s as string) as %1$s".formatted(c))
        .collect(Collectors.joining(", "));
  }

  static List<String> ofQuery(Pipeline pipeline, String query, List<String> columns) {
    return pipeline.sql().query(query).stream().map(row -> line(row, columns)).toList();
  }

  private static String line(JsonNode row, List<String> columns) {
    StringJoiner line = new StringJoiner("|");
    for (String column : columns) {
      line.add(row.has(column) ? row.get(column).asText() : "null");
    }
    return line.toString();
  }
}
