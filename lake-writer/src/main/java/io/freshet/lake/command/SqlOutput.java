package io.freshet.lake.command;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Runs statements and prints their rows. */
final class SqlOutput {
  /** How rows are printed. */
  enum Format {
    table,
    csv,
    json
  }

  private final SparkSession spark;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Format format;
  private final int limit;

  SqlOutput(SparkSession spark, PrintWriter out, PrintWriter err, Format format, int limit) {
    this.spark = spark;
    this.out = out;
    this.err = err;
    this.format = format;
    this.limit = limit;
  }

  void run(String statement) {
    Dataset<Row> rows = spark.sql(statement);
    if (rows.schema().isEmpty()) {
      return; // A command such as SET or CREATE, which has run already.
    }
    switch (format) {
      case table -> table(rows);
      case csv -> csv(rows);
      case json -> print(rows.toJSON().toLocalIterator());
    }
    out.flush();
  }

  /** Says among the rows that a statement failed; only JSON has a place for it. */
  void error(String message) {
    if (format == Format.json) {
      out.println(
          spark.range(1).select(functions.lit(message).as("freshet_error")).toJSON().first());
    }
    err.println("error: " + message);
    out.flush();
  }

  private void table(Dataset<Row> rows) {
    out.print(rows.showString(limit, 0, false));
  }

  private void print(Iterator<String> lines) {
    lines.forEachRemaining(out::println);
  }

  private void csv(Dataset<Row> rows) {
    out.println(
        Arrays.stream(rows.columns()).map(SqlOutput::quoted).collect(Collectors.joining(",")));
    Dataset<Row> texts =
        rows.selectExpr(
            Arrays.stream(rows.columns())
                .map(name -> "cast(`" + name.replace("`", "``") + "` as string)")
                .toArray(String[]::new));
    for (Iterator<Row> each = texts.toLocalIterator(); each.hasNext(); ) {
      Row row = each.next();
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(i == 0 ? "" : ",").append(row.isNullAt(i) ? "" : quoted(row.getString(i)));
      }
      out.println(line);
    }
  }

  /** RFC 4180; an empty text is quoted, so that it differs from null. */
  private static String quoted(String text) {
    return text.isEmpty() || text.matches("(?s).*[\",\\r\\n].*")
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }
}
