package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyTable;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.postgres.Catalog;
import io.freshet.lake.postgres.CopiedColumns;
import io.freshet.lake.postgres.CopyOptions;
import io.freshet.lake.postgres.Postgres;
import io.freshet.lake.postgres.PostgresCopy;
import io.freshet.lake.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Tables and views of PostgreSQL, read by {@code COPY}: all of them as one snapshot sees them,
 * which a session holds until the source is closed.
 */
final class PostgresSource implements Source {
  private static final String SESSION = "freshet copy";

  private final PostgresConfig config;
  private final Postgres database;
  private final SparkSession spark;
  private final Connection holder;
  private final String snapshot;

  PostgresSource(PostgresConfig config, SparkSession spark) {
    this.config = config;
    this.spark = spark;
    this.database = Postgres.of(config);
    try {
      this.holder = database.open(SESSION);
    } catch (LakeException refused) {
      throw inThisFile(refused);
    }
    try (Statement statement = holder.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      try (ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
        row.next();
        this.snapshot = row.getString(1);
      }
    } catch (SQLException failed) {
      close();
      throw inThisFile(database.told(failed));
    }
  }

  /** The database's settings stand in another section here. */
  private static LakeException inThisFile(LakeException told) {
    return new LakeException(told.getMessage().replace("postgres.", "source."), told);
  }

  @Override
  public SourceTable find(CopyTable table) {
    Relation relation = relation(table.from());
    CopiedColumns copied =
        CopiedColumns.of(relation, table.settings().bareNumeric(), config.intervals());
    Dataset<Row> all = spark.read().format(PostgresCopy.NAME).options(options(table)).load();
    LakeTypes.requireColumns(table, java.util.Set.of(all.columns()));
    List<Column> columns = new ArrayList<>();
    for (String name : all.columns()) {
      if (!table.excludeColumns().contains(name)) {
        columns.add(functions.col("`" + name + "`"));
      }
    }
    return new SourceTable(
        copied.key(),
        all.select(columns.toArray(Column[]::new)),
        relation.rows(),
        relation.bytes(),
        copied.leftOut(),
        () -> requireSameBlocks(relation));
  }

  private Map<String, String> options(CopyTable table) {
    Map<String, String> options = CopyOptions.of(config, table.from());
    options.put(CopyOptions.SNAPSHOT, snapshot);
    options.put(
        CopyOptions.BARE_NUMERIC, table.settings().bareNumeric().name().toLowerCase(Locale.ROOT));
    return options;
  }

  /** As it is now, by a session of its own: the holder's sees it as it was. */
  private Relation relation(String title) {
    try (Connection session = database.open(SESSION)) {
      Relation relation = new Catalog(session).relation(title);
      requireReadable(session, relation);
      return relation;
    } catch (SQLException failed) {
      throw inThisFile(database.told(failed));
    }
  }

  private void requireReadable(Connection session, Relation relation) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT has_schema_privilege(relnamespace, 'USAGE') AND has_table_privilege(oid, 'SELECT'), row_security_active(oid) FROM pg_class WHERE oid = %d"
                    .formatted(relation.oid()))) {
      row.next();
      if (!row.getBoolean(1)) {
        throw new LakeException(
            "user %s may not read %s; run: GRANT SELECT ON %s TO %s, and GRANT USAGE ON its SCHEMA"
                .formatted(config.user(), relation.title(), relation.title(), config.user()));
      }
      if (row.getBoolean(2)) {
        throw new LakeException(
            "row security hides rows of %s from user %s; run: ALTER ROLE %s BYPASSRLS"
                .formatted(relation.title(), config.user(), config.user()));
      }
    }
  }

  /** What rewrites a table's file moves its rows to blocks that were read already. */
  private void requireSameBlocks(Relation before) {
    if (relation(before.title()).isRewrittenSince(before)) {
      throw new LakeException(
          "%s was rewritten while it was read (by VACUUM FULL, CLUSTER, TRUNCATE or ALTER TABLE), so rows may be missing; copy it again when that does not happen"
              .formatted(before.title()));
    }
  }

  @Override
  public void close() {
    try {
      holder.close();
    } catch (SQLException broken) {
      throw database.told(broken);
    }
  }
}
