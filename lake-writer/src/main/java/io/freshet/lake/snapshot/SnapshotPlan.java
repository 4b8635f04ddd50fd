package io.freshet.lake.snapshot;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.postgres.Catalog;
import io.freshet.lake.postgres.CopiedColumns;
import io.freshet.lake.postgres.Relation;
import io.freshet.lake.table.TableSpec;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a snapshot will load.
 *
 * @param tables the largest first
 * @param skipped tables that only a pattern names and that are not loaded, with the reason
 */
public record SnapshotPlan(List<SnapshotTable> tables, Map<String, String> skipped) {
  public SnapshotPlan {
    tables = List.copyOf(tables);
    skipped = Map.copyOf(skipped);
  }

  /** The source's tables; one may feed several of the lake. */
  List<Relation> sources() {
    return tables.stream().map(SnapshotTable::source).distinct().toList();
  }

  /**
   * @throws LakeException if a table can't be loaded
   */
  static SnapshotPlan of(LakeConfig config, PostgresConfig source, Catalog catalog)
      throws SQLException {
    List<SnapshotTable> tables = new ArrayList<>();
    Map<String, String> skipped = new TreeMap<>();
    List<String> titles = catalog.titles();
    for (String named : source.tables().names()) {
      if (!titles.contains(named)) {
        catalog.relation(named); // It says what is wrong with the name.
      }
    }
    for (String title : titles) {
      if (source.tables().matches(title)) {
        boolean named = source.tables().names().contains(title);
        add(config, source, catalog.relation(title), named, tables, skipped);
      }
    }
    if (tables.isEmpty()) {
      throw new LakeException(
          "postgres.tables %s matches no table that makes a lake table; the database has %s; left out: %s"
              .formatted(source.tables().include(), titles, skipped));
    }
    tables.sort(
        Comparator.comparingLong((SnapshotTable table) -> table.source().bytes())
            .reversed()
            .thenComparing(SnapshotTable::name));
    return new SnapshotPlan(tables, skipped);
  }

  private static void add(
      LakeConfig config,
      PostgresConfig source,
      Relation relation,
      boolean named,
      List<SnapshotTable> tables,
      Map<String, String> skipped) {
    String topic = source.topic(relation.schema(), relation.name());
    List<TableConfig> targets = config.tablesOf(topic);
    String reason = "";
    if (relation.kind() != 'r' && relation.kind() != 'p') {
      reason = "it is no table, and has no changes to go on with";
    } else if (targets.isEmpty()) {
      reason = "its topic %s is in no entry of tables".formatted(topic);
    }
    if (!reason.isEmpty()) {
      if (named) {
        throw new LakeException(
            "%s can't be loaded: %s; take it out of postgres.tables%s"
                .formatted(
                    relation.title(),
                    reason,
                    targets.isEmpty() ? ", or give it an entry of tables" : ""));
      }
      skipped.put(relation.title(), reason);
      return;
    }
    requireKey(relation);
    for (TableConfig target : targets) {
      CopiedColumns columns =
          CopiedColumns.of(relation, target.settings().bareNumeric(), source.intervals());
      TableSpec spec = new TableSpec(target, config.location(target), columns.key());
      requireColumns(relation, columns, spec);
      tables.add(new SnapshotTable(relation, columns, spec));
    }
  }

  private static void requireKey(Relation relation) {
    if (relation.key().isEmpty()) {
      throw new LakeException(
          "%s has no primary key, so its rows can't be told apart when they change; give it one, or leave it out with postgres.exclude: [%s]"
              .formatted(relation.title(), relation.title()));
    }
  }

  private static void requireColumns(Relation relation, CopiedColumns columns, TableSpec spec) {
    Set<String> names = Set.of(columns.schema().fieldNames());
    for (String key : spec.keys()) {
      if (!names.contains(key)) {
        throw new LakeException(
            "%s has the key column %s, whose type the source connector leaves out; leave the table out with postgres.exclude: [%s]"
                .formatted(relation.title(), key, relation.title()));
      }
    }
    for (String column : spec.config().partitionBy()) {
      if (!names.contains(column)) {
        throw new LakeException(
            "%s is partitioned by %s, but %s has the columns %s"
                .formatted(spec.config().name(), column, relation.title(), names));
      }
    }
  }
}
