package io.freshet.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.local.service.LakeSql;
import io.freshet.local.service.StackException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Queries of the museum's lake. Rows are column name to value as text; NULL columns are absent. */
final class MuseumLake {
  /** The column that says which table a row is of. */
  static final String TABLE = "lake_table";

  /** Hudi's name for the instant of the commit that wrote a row. */
  static final String INSTANT = "_hoodie_commit_time";

  private static final List<String> NOT_YET_THERE =
      List.of("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND");

  private final LakeSql sql;

  MuseumLake(LakeSql sql) {
    this.sql = sql;
  }

  /** Prepares for many small queries: to compile each one would cost more than its few rows. */
  void interpretQueries() {
    sql.query("set spark.sql.codegen.wholeStage=false");
    sql.query("set spark.sql.codegen.factoryMode=NO_CODEGEN");
  }

  /** Runs one statement. */
  List<Map<String, String>> query(String statement) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (JsonNode json : sql.query(statement)) {
      Map<String, String> row = new LinkedHashMap<>();
      json.properties().forEach(field -> row.put(field.getKey(), field.getValue().asText()));
      rows.add(row);
    }
    return rows;
  }

  /**
   * Each table's number of rows, {@code n}, and newest {@code instant}; nothing where the metastore
   * doesn't know all tables yet.
   */
  Map<LakeTable, Map<String, String>> summaries() {
    String query =
        union(
            List.of(LakeTable.values()),
            table ->
                "select '%s' as %s, count(*) as n, max(%s) as instant from %s"
                    .formatted(table, TABLE, INSTANT, table.view()));
    try {
      return query(query).stream()
          .collect(Collectors.toMap(row -> LakeTable.valueOf(row.get(TABLE)), Function.identity()));
    } catch (StackException e) {
      if (NOT_YET_THERE.stream().anyMatch(e.getMessage()::contains)) {
        return Map.of();
      }
      throw e;
    }
  }

  /** How many rows of a table were updated, {@code n}, and the newest {@code instant} of those. */
  Map<String, String> updated(LakeTable table) {
    return query(
            "select count(*) as n, max(%s) as instant from %s where __op = 'u'"
                .formatted(INSTANT, table.view()))
        .get(0);
  }

  /** An artist's rows in tables, with {@link #TABLE}, {@link #INSTANT} and the operation. */
  List<Map<String, String>> artist(List<LakeTable> tables, int id) {
    return query(
        union(
            tables,
            table ->
                select(table, table.view()) + " where " + SourceTable.ARTISTS.key() + " = " + id));
  }

  /** All rows of tables, soft-deleted ones included. */
  List<Map<String, String>> rows(List<LakeTable> tables) {
    return query(union(tables, table -> select(table, table.view())));
  }

  /**
   * All rows of tables as they were, soft-deleted ones included.
   *
   * @param instants of commits
   */
  List<Map<String, String>> rowsAsOf(Map<LakeTable, String> instants) {
    return query(
        union(
            List.copyOf(instants.keySet()),
            table ->
                select(
                    table,
                    "%s timestamp as of '%s'".formatted(table.view(), instants.get(table)))));
  }

  /**
   * The newest state of what changed between two commits.
   *
   * @param after the changes of this commit are left out
   * @param last the changes of this commit are the last
   */
  List<Map<String, String>> changes(LakeTable table, String after, String last) {
    Map<String, String> completions = completions(table);
    return query(
        select(
            table,
            "hudi_table_changes('%s', 'latest_state', '%s', '%s')"
                .formatted(table.table(), completions.get(after), completions.get(last))));
  }

  /** Each commit's time of completion, which bounds incremental queries, by its instant. */
  private Map<String, String> completions(LakeTable table) {
    return query("call show_commits(table => '%s', limit => 1000)".formatted(table.table()))
        .stream()
        .collect(
            Collectors.toMap(
                commit -> commit.get("commit_time"),
                commit -> commit.get("state_transition_time")));
  }

  private static String select(LakeTable table, String from) {
    return "select '%s' as %s, %s, __op, __deleted, %s from %s"
        .formatted(table, TABLE, INSTANT, table.source().texts("string"), from);
  }

  private static String union(List<LakeTable> tables, Function<LakeTable, String> query) {
    return tables.stream().map(query).collect(Collectors.joining(" union all "));
  }

  /** The rows of one table among those of several. */
  static List<Map<String, String>> of(LakeTable table, List<Map<String, String>> rows) {
    return rows.stream().filter(row -> table.name().equals(row.get(TABLE))).toList();
  }

  /** Without those that are gone at the source. */
  static List<Map<String, String>> live(List<Map<String, String>> rows) {
    return rows.stream().filter(row -> !"true".equals(row.get("__deleted"))).toList();
  }
}
