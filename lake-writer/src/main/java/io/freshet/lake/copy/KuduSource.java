package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopySource;
import io.freshet.lake.config.CopyTable;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Tables of a Kudu cluster. */
final class KuduSource implements Source {
  private final SparkSession spark;
  private final KuduCluster cluster;
  private final String masters;

  KuduSource(CopySource.Kudu config, SparkSession spark) {
    this.spark = spark;
    this.masters = config.masters();
    KuduConnector.require();
    this.cluster = KuduCluster.open(config.masters());
  }

  @Override
  public SourceTable find(CopyTable table) {
    List<String> key =
        cluster
            .key(table.from())
            .orElseThrow(
                () ->
                    new LakeException(
                        "there is no table %s in Kudu at %s; check its name, which is case-sensitive"
                            .formatted(table.from(), masters)));
    var rows =
        LakeTypes.of(
            KuduTimes.fromKudu(
                spark
                    .read()
                    .format(KuduCluster.FORMAT)
                    .options(cluster.options(table.from()))
                    .load()),
            table);
    boolean copied = List.of(rows.columns()).containsAll(key);
    return new SourceTable(copied ? key : List.of(), rows, -1, 0, List.of(), () -> {});
  }

  @Override
  public void close() {
    cluster.close();
  }
}
