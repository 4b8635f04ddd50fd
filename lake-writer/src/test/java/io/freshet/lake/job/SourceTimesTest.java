package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each commit says when the newest of its changes was committed in the source. */
class SourceTimesTest extends JobFixture {
  private static final long FIRST = 1_700_000_000_000L;

  /** So long that where a text begins in a row, taken for a time, would be a late one. */
  private static final String NAME = "name".repeat(1_000);

  /** With each index, since one merges Spark's rows and the other Avro records. */
  @ParameterizedTest
  @CsvSource({
    "COPY_ON_WRITE, BUCKET",
    "COPY_ON_WRITE, GLOBAL",
    "MERGE_ON_READ, BUCKET",
    "MERGE_ON_READ, GLOBAL"
  })
  void ofEachCommit(TableType type, IndexKind index) throws Exception {
    TableConfig table = PartitionMovesTest.partitioned("t", type, DeleteMode.HARD, index);
    change("r", 1, "French", 0);
    change("r", 2, "Dutch", 1);
    assertThat(newest(table)).as("the first one").isEqualTo(1);
    change("u", 1, "French", 5);
    assertThat(newest(table)).as("rows that are merged").isEqualTo(5);
    change("u", 2, "Dutch", 6);
    change("c", 3, "Irish", 7);
    assertThat(newest(table)).as("a new file beside one that is merged").isEqualTo(7);
    change("u", 3, "Dutch", 9);
    assertThat(newest(table)).as("a row that moves").isEqualTo(9);
  }

  /** The rows of a file that stay as they are lie beside those that are merged. */
  @ParameterizedTest
  @EnumSource(TableType.class)
  void ofARowInAFileOfOthers(TableType type) throws Exception {
    TableConfig table = table("t", type, List.of(), DeleteMode.SOFT);
    for (int id = 1; id <= 50; id++) {
      change("r", id, "French", id);
    }
    assertThat(newest(table)).as("the first ones").isEqualTo(50);
    change("u", 2, "French", 58);
    assertThat(newest(table)).as("one of fifty").isEqualTo(58);
  }

  private void change(String op, int id, String nationality, long after) {
    log.change(
        TestLog.ARTIST,
        op,
        id,
        NAME,
        nationality,
        1900,
        null,
        Map.of("__source_ts_ms", FIRST + after));
  }

  /** Lands what has changed; returns by how much the commit's newest change is the newer. */
  private long newest(TableConfig table) throws Exception {
    log.land();
    ingest(table);
    Instant newest =
        new HudiTable(spark, new TableSpec(table, location(table), List.of("artist_id")))
            .lastCommit()
            .orElseThrow()
            .newestSource()
            .orElseThrow();
    return newest.toEpochMilli() - FIRST;
  }
}
