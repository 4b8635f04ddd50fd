package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kudu.ColumnSchema;
import org.apache.kudu.Schema;
import org.apache.kudu.client.AlterTableOptions;
import org.apache.kudu.client.CreateTableOptions;
import org.apache.kudu.client.KuduClient;
import org.apache.kudu.client.KuduException;

/** A Kudu cluster. Kudu's connector for Spark is the operator's to bring. */
final class KuduCluster implements AutoCloseable {
  /** As Spark names the connector. */
  static final String FORMAT = "kudu";

  private static final long TIMEOUT_MS = 20_000;

  private final String masters;
  private final KuduClient client;

  private KuduCluster(String masters, KuduClient client) {
    this.masters = masters;
    this.client = client;
  }

  /**
   * Connects.
   *
   * @throws LakeException if it does not answer
   */
  static KuduCluster open(String masters) {
    return open(masters, TIMEOUT_MS);
  }

  /**
   * The same.
   *
   * @param timeoutMs how long an answer may take
   */
  static KuduCluster open(String masters, long timeoutMs) {
    KuduCluster cluster =
        new KuduCluster(
            masters,
            new KuduClient.KuduClientBuilder(masters)
                .defaultAdminOperationTimeoutMs(timeoutMs)
                .build());
    try {
      cluster.ask(client -> client.getTablesList("no such table"));
    } catch (LakeException noAnswer) {
      cluster.close();
      throw noAnswer;
    }
    return cluster;
  }

  private interface Work<T> {
    T with(KuduClient client) throws KuduException;
  }

  private <T> T ask(Work<T> work) {
    try {
      return work.with(client);
    } catch (KuduException refused) {
      throw new LakeException(
          "Kudu at %s says: %s"
              .formatted(masters, refused.getMessage().lines().findFirst().orElse("").strip()),
          refused);
    }
  }

  /** A table's key columns; empty if there is no such table. */
  Optional<List<String>> key(String table) {
    return ask(
        kudu ->
            kudu.tableExists(table)
                ? Optional.of(
                    kudu.openTable(table).getSchema().getPrimaryKeyColumns().stream()
                        .map(ColumnSchema::getName)
                        .toList())
                : Optional.empty());
  }

  /** Makes a table, whose rows are divided by a hash of their keys. */
  void create(String table, Schema columns, List<String> key, int buckets, int replicas) {
    ask(
        kudu ->
            kudu.createTable(
                table,
                columns,
                new CreateTableOptions().addHashPartitions(key, buckets).setNumReplicas(replicas)));
  }

  /** Drops a table, if it is there. */
  void drop(String table) {
    ask(kudu -> kudu.tableExists(table) ? kudu.deleteTable(table) : null);
  }

  /** Gives a table another name, at once. */
  void rename(String table, String name) {
    ask(kudu -> kudu.alterTable(table, new AlterTableOptions().renameTable(name)));
  }

  /** What Spark's reader and writer are told of a table. */
  Map<String, String> options(String table) {
    return Map.of("kudu.master", masters, "kudu.table", table);
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (KuduException broken) {
      throw new LakeException("Kudu at %s: %s".formatted(masters, broken.getMessage()), broken);
    }
  }
}
