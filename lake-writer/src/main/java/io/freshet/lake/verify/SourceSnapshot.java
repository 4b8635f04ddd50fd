package io.freshet.lake.verify;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.PostgresConfig;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL at one moment: all queries of one transaction see the same rows.
 *
 * <p>The position in the log is asked for after the snapshot was taken. A transaction writes its
 * commit to the log before others see it, so the commit of every transaction that the snapshot sees
 * lies before that position. The reverse does not hold, and nobody needs it to: the lake may be
 * ahead of the snapshot anyway.
 */
final class SourceSnapshot implements AutoCloseable {
  private static final int KEYS_AT_ONCE = 5_000;

  private final Connection connection;
  private final long lsn;

  private SourceSnapshot(Connection connection, long lsn) {
    this.connection = connection;
    this.lsn = lsn;
  }

  /**
   * @throws LakeException if PostgreSQL can't be asked
   */
  static SourceSnapshot open(PostgresConfig config) {
    Connection connection = SourceConnection.open(config);
    try {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT pg_current_snapshot()");
        try (ResultSet position =
            statement.executeQuery(
                "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")) {
          position.next();
          return new SourceSnapshot(connection, position.getLong(1));
        }
      }
    } catch (SQLException refused) {
      close(connection);
      throw SourceConnection.failed("a snapshot of " + config, refused);
    }
  }

  /** A position in PostgreSQL's log: all that the snapshot sees was committed before it. */
  long lsn() {
    return lsn;
  }

  /**
   * The table that feeds a topic.
   *
   * @throws LakeException if there is none, or it may not be read
   */
  SourceTable table(String topic) {
    try {
      return SourceCatalog.of(connection, topic);
    } catch (SQLException refused) {
      throw SourceConnection.failed("looking for the table of topic " + topic, refused);
    }
  }

  /** One of its tables. */
  Side side(Comparison comparison) {
    return new Table(comparison);
  }

  private final class Table implements Side {
    private final Comparison comparison;
    private final SourceSql sql;

    Table(Comparison comparison) {
      this.comparison = comparison;
      this.sql = new SourceSql(comparison);
    }

    @Override
    public BucketSums sums(Scope scope) {
      BucketSums sums = new BucketSums(scope.buckets());
      ask(
          sql.sums(scope),
          query -> {},
          row ->
              sums.add(
                  row.getInt(1),
                  (int) row.getLong(2),
                  row.getObject(3, BigDecimal.class).toBigInteger().longValue()));
      return sums;
    }

    @Override
    public Map<String, Long> hashes(Scope scope, BitSet buckets) {
      Map<String, Long> hashes = new HashMap<>();
      Integer[] wanted = buckets.stream().boxed().toArray(Integer[]::new);
      ask(
          sql.hashes(scope),
          query -> query.setArray(1, connection.createArrayOf("int4", wanted)),
          row -> hashes.put(row.getString(1), row.getLong(2)));
      return hashes;
    }

    @Override
    public Map<String, RowVersion> rows(Collection<String> keys) {
      Map<String, RowVersion> rows = new HashMap<>();
      List<String> all = List.copyOf(keys);
      for (int from = 0; from < all.size(); from += KEYS_AT_ONCE) {
        List<String> some = all.subList(from, Math.min(all.size(), from + KEYS_AT_ONCE));
        ask(
            sql.rows(),
            query -> setKeys(query, some),
            row -> rows.put(row.getString(1), new RowVersion(row.getString(2), row.getString(3))));
      }
      return rows;
    }

    private void setKeys(PreparedStatement query, List<String> keys) throws SQLException {
      if (!sql.takesValues()) {
        query.setArray(1, texts(keys));
        return;
      }
      List<List<String>> values = new ArrayList<>();
      keys.forEach(key -> values.add(comparison.keyTexts(key)));
      for (int i = 0; i < comparison.keys().size(); i++) {
        int column = i;
        query.setArray(i + 1, texts(values.stream().map(each -> each.get(column)).toList()));
      }
    }

    private Array texts(List<String> texts) throws SQLException {
      return connection.createArrayOf("text", texts.toArray());
    }

    private void ask(String statement, Parameters parameters, RowReader reader) {
      try (PreparedStatement query = connection.prepareStatement(statement)) {
        // What is asked for fits into memory. Fetched piece by piece, PostgreSQL would not let
        // parallel workers have a part in it.
        parameters.set(query);
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            reader.read(rows);
          }
        }
      } catch (SQLException refused) {
        throw SourceConnection.failed("reading " + comparison.source().label(), refused);
      }
    }
  }

  private interface Parameters {
    void set(PreparedStatement query) throws SQLException;
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException gone) {
      throw SourceConnection.failed("closing a connection to PostgreSQL", gone);
    }
  }

  @Override
  public void close() {
    close(connection);
  }
}
