package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopySource;
import io.freshet.lake.config.CopyTable;
import io.freshet.lake.postgres.LakeNames;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Tables of any database with a JDBC driver, read by Spark's JDBC source. */
final class JdbcSource implements Source {
  private final CopySource.Jdbc config;
  private final SparkSession spark;
  private final JdbcDatabase database;

  JdbcSource(CopySource.Jdbc config, SparkSession spark) {
    this.config = config;
    this.spark = spark;
    this.database = JdbcDatabase.of(config.url());
    try (Connection connection = connect()) {
      connection.getMetaData(); // Asked before anything is made.
    } catch (SQLException failed) {
      throw told(failed);
    }
  }

  private Map<String, String> login() {
    Map<String, String> login = new HashMap<>(database.properties());
    login.putAll(config.properties());
    if (!config.user().isEmpty()) {
      login.put("user", config.user());
      login.put("password", config.password());
    }
    return login;
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.putAll(login());
    return DriverManager.getConnection(config.url(), properties);
  }

  @Override
  public SourceTable find(CopyTable table) {
    try (Connection connection = connect()) {
      List<JdbcColumn> columns = columns(connection, table);
      List<String> key =
          database.key(connection, table.from()).stream().map(LakeNames::of).toList();
      boolean copied = columns.stream().map(JdbcColumn::name).toList().containsAll(key);
      return new SourceTable(
          copied ? key : List.of(), rows(connection, table, columns), -1, 0, List.of(), () -> {});
    } catch (SQLException failed) {
      throw told(failed);
    }
  }

  private List<JdbcColumn> columns(Connection connection, CopyTable table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet none =
            statement.executeQuery("SELECT * FROM %s WHERE 1 = 0".formatted(table.from()))) {
      return JdbcColumn.of(none.getMetaData(), table, database);
    }
  }

  private Dataset<Row> rows(Connection connection, CopyTable table, List<JdbcColumn> columns)
      throws SQLException {
    String quote = connection.getMetaData().getIdentifierQuoteString().strip();
    String selected =
        columns.stream()
            .map(column -> column.selected(quote))
            .collect(Collectors.joining(", ", "(SELECT ", " FROM " + table.from() + ") freshet"));
    DataFrameReader reader =
        spark
            .read()
            .format("jdbc")
            .options(login())
            .option("url", config.url())
            .option("dbtable", selected)
            .option("fetchsize", config.fetchSize())
            .option(
                "customSchema",
                columns.stream().map(JdbcColumn::read).collect(Collectors.joining(", ")));
    if (!database.sessionStatement().isEmpty()) {
      reader.option("sessionInitStatement", database.sessionStatement());
    }
    if (table.split().isPresent()) {
      split(connection, table, table.split().get(), columns, quote, reader);
    }
    List<Column> converted = new ArrayList<>();
    columns.forEach(column -> converted.add(column.inTheLake(table.from())));
    return reader.load().select(converted.toArray(Column[]::new));
  }

  private static void split(
      Connection connection,
      CopyTable table,
      CopyTable.Split split,
      List<JdbcColumn> columns,
      String quote,
      DataFrameReader reader)
      throws SQLException {
    JdbcColumn by =
        columns.stream()
            .filter(column -> column.source().equals(split.column()) && column.isWhole())
            .findFirst()
            .orElseThrow(
                () ->
                    new LakeException(
                        "split-by of %s names %s, but must be a column of whole numbers, of which there are %s"
                            .formatted(
                                table.from(),
                                split.column(),
                                columns.stream()
                                    .filter(JdbcColumn::isWhole)
                                    .map(JdbcColumn::source)
                                    .toList())));
    String column = quote + by.source() + quote;
    try (Statement statement = connection.createStatement();
        ResultSet ends =
            statement.executeQuery(
                "SELECT min(%s), max(%s) FROM %s".formatted(column, column, table.from()))) {
      ends.next();
      if (ends.getString(1) != null) {
        reader
            .option("partitionColumn", by.name())
            .option("lowerBound", ends.getString(1))
            .option("upperBound", ends.getString(2))
            .option("numPartitions", split.parts());
      }
    }
  }

  /** What went wrong, in the words of who has to mend it. */
  private LakeException told(SQLException failed) {
    String state = failed.getSQLState() == null ? "" : failed.getSQLState();
    String message = failed.getMessage() == null ? failed.toString() : failed.getMessage();
    String reason = message.lines().findFirst().orElse("").strip();
    if (!config.password().isEmpty()) {
      reason = reason.replace(config.password(), "***");
    }
    if (reason.startsWith("No suitable driver")) {
      return new LakeException(
          "there is no JDBC driver for %s; give spark-submit its jar, with --jars or --packages"
              .formatted(config.name()),
          failed);
    }
    return new LakeException(
        switch (state.isEmpty() ? "" : state.substring(0, Math.min(2, state.length()))) {
          case "28" ->
              "the database at %s refuses user '%s' (%s); check source.user, and source.password and where it refers to"
                  .formatted(config.name(), config.user(), reason);
          case "08" ->
              "the database at %s can't be reached (%s); check source.url"
                  .formatted(config.name(), reason);
          case "42" ->
              "the database at %s says: %s; check the table's name, and that user '%s' may SELECT from it"
                  .formatted(config.name(), reason, config.user());
          default -> "the database at %s says: %s".formatted(config.name(), reason);
        },
        failed);
  }
}
