package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A table's files lie where its index has put them, so it keeps that index. */
class KeptIndexTest extends JobFixture {
  @Test
  void aTableKeepsTheIndexThatItWasMadeWith() throws Exception {
    TableConfig global =
        PartitionMovesTest.partitioned(
            "t", TableType.MERGE_ON_READ, DeleteMode.SOFT, IndexKind.GLOBAL);
    log.change("c", 1, "A", "French", 1900, null).land();
    ingest(global);
    log.change("u", 1, "A2", "Dutch", 1900, null).land();
    ingest(
        PartitionMovesTest.partitioned(
            "t", TableType.MERGE_ON_READ, DeleteMode.SOFT, IndexKind.AUTO));
    assertThat(rows(global))
        .as("global by its own commits: the row moves")
        .containsExactly("1|A2|Dutch|1900|null|u|false");
    assertThat(
            spark
                .read()
                .format("hudi")
                .load(location(global))
                .select("_hoodie_partition_path")
                .collectAsList()
                .get(0)
                .getString(0))
        .isEqualTo("nationality=Dutch");
    TableConfig bucket =
        PartitionMovesTest.partitioned(
            "t", TableType.MERGE_ON_READ, DeleteMode.SOFT, IndexKind.BUCKET);
    assertThatThrownBy(() -> ingest(bucket))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("moma.t has index: bucket in its configuration")
        .hasMessageContaining("was made with the index global");
    TableConfig more = withBuckets(bucket, 3);
    ingest(more);
    assertThat(rows(more)).hasSize(1);
    TableConfig others = withBuckets(bucket, 5);
    assertThatThrownBy(() -> ingest(others))
        .hasMessageContaining("moma.b has buckets: 5 in its configuration")
        .hasMessageContaining("made with the index bucket (3 buckets)");
  }

  private static TableConfig withBuckets(TableConfig table, int buckets) {
    IndexConfig index = new IndexConfig(IndexKind.AUTO, OptionalInt.of(buckets));
    return new TableConfig(TOPIC, "moma", "b", table.settings().with(index));
  }
}
