package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/**
 * How long a commit to a partitioned table takes with each index: {@code -Pbenchmarks
 * -Dtest=IndexBenchmark}. The tables are written in turn, so that what else the machine does meets
 * all of them alike.
 */
class IndexBenchmark extends JobFixture {
  private static final int PARTITIONS = Integer.getInteger("freshet.index.partitions", 124);
  private static final int ROWS = Integer.getInteger("freshet.index.rows", 15_000);
  private static final int CHANGES = Integer.getInteger("freshet.index.changes", 100);
  private static final int ROUNDS = Integer.getInteger("freshet.index.rounds", 12);

  private static final List<TableType> TYPES =
      Arrays.stream(System.getProperty("freshet.index.types", "MERGE_ON_READ").split(","))
          .map(TableType::valueOf)
          .toList();

  /** Commits that only warm the machine up. */
  private static final int WARM_UP = 3;

  @Test
  void commitsOfAFewChanges() {
    for (TableType type : TYPES) {
      Map<String, HudiTable> tables = new LinkedHashMap<>();
      tables.put("global", table(type, IndexKind.GLOBAL, 0));
      tables.put("bucket 1", table(type, IndexKind.BUCKET, 1));
      tables.put("bucket 2", table(type, IndexKind.BUCKET, 2));
      tables.values().forEach(table -> table.commit(rows(0, 0, ROWS), at(1)));
      Map<String, List<Long>> millis = new LinkedHashMap<>();
      for (int round = 1; round <= WARM_UP + ROUNDS; round++) {
        for (Map.Entry<String, HudiTable> table : tables.entrySet()) {
          long began = System.nanoTime();
          table.getValue().commit(rows(round, round * 1_009L, CHANGES), at(round + 1));
          if (round > WARM_UP) {
            millis
                .computeIfAbsent(table.getKey(), name -> new ArrayList<>())
                .add((System.nanoTime() - began) / 1_000_000);
          }
        }
      }
      millis.forEach(
          (name, all) -> {
            Collections.sort(all);
            System.out.printf(
                "index benchmark: %s, %s: median %d ms, least %d, most %d%n",
                type, name, all.get(all.size() / 2), all.get(0), all.get(all.size() - 1));
          });
      for (HudiTable table : tables.values()) {
        assertThat(table.rows().orElseThrow().count()).isEqualTo(ROWS);
      }
    }
  }

  private HudiTable table(TableType type, IndexKind kind, int buckets) {
    String name = "%s_%s_%d".formatted(type, kind, buckets).toLowerCase(Locale.ROOT);
    TableConfig base = table(name, type, List.of("nationality"), DeleteMode.SOFT);
    OptionalInt wanted = buckets == 0 ? OptionalInt.empty() : OptionalInt.of(buckets);
    TableConfig config =
        new TableConfig(TOPIC, "moma", name, base.settings().with(new IndexConfig(kind, wanted)));
    return new HudiTable(spark, new TableSpec(config, location(config), List.of("artist_id")));
  }

  private static TopicPosition at(long next) {
    return TopicPosition.START.with(0, next);
  }

  /** Every tenth row moves to another partition with each round that meets it. */
  private static Dataset<Row> rows(long round, long from, int count) {
    List<Long> ids = LongStream.range(from, from + count).map(id -> id * 7 % ROWS).boxed().toList();
    return spark
        .createDataset(ids, Encoders.LONG())
        .selectExpr(
            "cast(value as int) artist_id",
            "concat('artist ', value, ' of round " + round + "') name",
            "concat('nation ', (value + if(value % 10 = 0, "
                + round
                + ", 0)) % "
                + PARTITIONS
                + ") nationality",
            "1900 birth_year",
            "cast(null as int) death_year",
            "'u' __op",
            "'db' __db",
            "'public' __schema",
            "'artists' __table",
            "1L __lsn",
            "1L __source_ts_ms",
            "false __deleted",
            "cast(" + round + " as bigint) __offset",
            "0 __partition",
            "cast(null as array<int>) __unavailable");
  }
}
