package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.change.ChangeBatch;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.TableType;
import io.freshet.lake.config.WithoutKey;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.SnapshotLoad;
import io.freshet.lake.table.TableSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bulk-loaded row must lie where a later commit looks for it, whatever its key's type. */
class SnapshotLoadTest extends JobFixture {
  /** As in every session of the lake's commands. */
  @BeforeAll
  static void useOneCalendar() {
    spark.conf().set("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");
    spark.conf().set("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED");
  }

  private HudiTable hudi(String name, TableType type, List<String> keys, List<String> partitionBy) {
    TableConfig config =
        new TableConfig(
            TOPIC,
            "moma",
            name,
            new TableSettings(
                type,
                partitionBy,
                DeleteMode.SOFT,
                WithoutKey.REFUSE,
                TableSettings.DEFAULTS.timeTravel()));
    return new HudiTable(spark, new TableSpec(config, location(config), keys));
  }

  private Dataset<Row> rows(String op, long offset, List<String> columns) {
    List<String> all = new ArrayList<>(columns);
    all.addAll(List.of("'" + op + "' as __op", "'d' as __db", "'s' as __schema", "'t' as __table"));
    all.addAll(List.of("1L as __lsn", "2L as __source_ts_ms", "false as __deleted"));
    all.addAll(List.of(offset + "L as __offset", "cast(null as int) as __partition"));
    return spark.range(1, 41).selectExpr(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "cast(id as int); ",
        "id; ",
        "concat('k', id); ",
        "cast(id as decimal(10,2)); ",
        "cast(id as decimal(30,5)); ",
        "date_add(date '1500-01-01', cast(id as int)); ",
        "timestamp_micros(id * 1000001 - 20000000); ",
        "pmod(id, 2) = 0; other",
        "id; other",
        "cast(concat('k', id) as binary); "
      })
  void aRowLiesWhereItIsLookedFor(String key, String second) {
    List<String> keys = second == null ? List.of("k") : List.of("k", "other");
    // The kind of table and the kind of key don't meet in the code: each key with both ways of
    // finding a row, each way with both kinds of table.
    TableType whole = key.length() % 2 == 0 ? TableType.COPY_ON_WRITE : TableType.MERGE_ON_READ;
    TableType parted = key.length() % 2 == 0 ? TableType.MERGE_ON_READ : TableType.COPY_ON_WRITE;
    assertFound(key, keys, whole, List.of());
    assertFound(key, keys, parted, List.of("part"));
  }

  private void assertFound(String key, List<String> keys, TableType type, List<String> parts) {
    List<String> columns =
        List.of(key + " as k", "concat('o', id) as other", "concat('p', pmod(id, 3)) as part");
    List<String> before = new ArrayList<>(columns);
    before.add("'old' as v");
    List<String> after = new ArrayList<>(columns);
    after.add("'new' as v");
    HudiTable table = hudi("t_" + type + "_" + parts.size(), type, keys, parts);
    new SnapshotLoad(table).run(rows("r", -1, before), rows -> rows, 1_000, "a run");
    table.commit(
        rows("u", 7, after)
            .selectExpr("*", "cast(null as array<int>) as " + ChangeBatch.UNAVAILABLE),
        new TopicPosition(Map.of(0, 8L)));
    Dataset<Row> read = table.rows().orElseThrow();
    assertThat(read.groupBy("v").count().collectAsList())
        .as("%s %s %s", key, type, parts)
        .singleElement()
        .extracting(row -> row.mkString("|"))
        .isEqualTo("new|40");
    assertThat(table.timeline().snapshot()).contains("a run");
    delete(table);
  }

  private static void delete(HudiTable table) {
    try {
      Path folder = Path.of(URI.create(table.spec().location()));
      FileUtils.deleteDirectory(folder.toFile());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Test
  void valuesSurviveBothWaysToTheFiles() {
    List<String> flat =
        List.of(
            "id as k",
            "date '1500-02-28' as day",
            "timestamp '0001-01-01 00:00:00.000001' as at",
            "cast(1.25 as decimal(9,2)) as small",
            "cast('12345678901234567890.123456789' as decimal(38,18)) as big",
            "float('NaN') as f",
            "double('-Infinity') as d",
            "binary('x') as b",
            "true as t");
    for (boolean nested : List.of(false, true)) {
      List<String> columns = new ArrayList<>(flat);
      if (nested) {
        columns.add("array('a', null) as tags");
      }
      HudiTable table = hudi("nested_" + nested, TableType.COPY_ON_WRITE, List.of("k"), List.of());
      Dataset<Row> rows = rows("r", -1, columns);
      new SnapshotLoad(table).run(rows, read -> read, 1_000, "a run");
      table.commit(
          rows.filter("k = 1")
              .selectExpr("*", "cast(null as array<int>) as " + ChangeBatch.UNAVAILABLE),
          new TopicPosition(Map.of(0, 8L)));
      List<String> names = List.of(rows.columns());
      Dataset<Row> read =
          table.rows().orElseThrow().selectExpr(names.toArray(String[]::new)).orderBy("k");
      assertThat(read.schema().simpleString()).isEqualTo(rows.schema().simpleString());
      assertThat(read.selectExpr("to_json(struct(*))").as(Encoders.STRING()).collectAsList())
          .isEqualTo(
              rows.orderBy("k")
                  .selectExpr("to_json(struct(*))")
                  .as(Encoders.STRING())
                  .collectAsList());
    }
  }
}
