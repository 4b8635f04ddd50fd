package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.HudiTable;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The metastore is told of partitions that it does not know, not of each commit. */
class NewPartitionsTest extends JobFixture {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlyCommitsWithNewPartitionsAreWorthASync(boolean partitioned) throws Exception {
    TableConfig table =
        table(
            "t",
            TableType.COPY_ON_WRITE,
            partitioned ? List.of("nationality") : List.of(),
            DeleteMode.SOFT);
    log.change("u", 1, "A", "French", 1900, null).land();
    ingest(table);
    HudiTable hudi = HudiTable.existing(spark, table, location(table)).orElseThrow();
    assertThat(hudi.written().orElseThrow().newPartitions()).as("the first look").isTrue();
    log.change("u", 2, "B", "French", 1900, null).land();
    ingest(table);
    assertThat(hudi.written().orElseThrow().newPartitions()).as("another row").isFalse();
    log.change("u", 3, "C", "Dutch", 1900, null).land();
    ingest(table);
    assertThat(hudi.written().orElseThrow().newPartitions())
        .as("another partition")
        .isEqualTo(partitioned);
  }
}
