package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.freshet.lake.config.CommitLimits;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableServices;
import io.freshet.lake.table.TableSpec;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that change their partition: each key is in one of them, whatever the index. */
class PartitionMovesTest extends JobFixture {
  @BeforeAll
  static void inTasks() {
    readInTasks();
  }

  /** What the source table holds: name and nationality of each artist. */
  private final Map<Integer, String> source = new TreeMap<>();

  static TableConfig partitioned(String name, TableType type, DeleteMode deletes, IndexKind index) {
    TableConfig table = table(name, type, List.of("nationality"), deletes);
    return new TableConfig(
        table.topic(),
        table.database(),
        table.table(),
        table.settings().with(new IndexConfig(index, OptionalInt.empty())));
  }

  private PartitionMovesTest put(String op, int id, String name, String nationality) {
    source.put(id, name + " of " + nationality);
    log.change(op, id, name, nationality, 1900, null);
    return this;
  }

  private PartitionMovesTest gone(int id) {
    source.remove(id);
    log.delete(id);
    return this;
  }

  private Dataset<Row> read(TableConfig table, String... options) {
    var reader = spark.read().format("hudi");
    for (int i = 0; i < options.length; i += 2) {
      reader = reader.option(options[i], options[i + 1]);
    }
    return reader.load(location(table));
  }

  private static List<String> live(Dataset<Row> rows) {
    return rows
        .filter("not __deleted")
        .orderBy("artist_id")
        .selectExpr("concat(artist_id, '=', name, ' of ', coalesce(nationality, 'null'))")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private List<String> expected() {
    return source.entrySet().stream().map(Object::toString).toList();
  }

  private void assertEqual(TableConfig table, String when) {
    Dataset<Row> rows = read(table);
    assertThat(live(rows)).as("%s, %s", table.name(), when).isEqualTo(expected());
    assertThat(rows.groupBy("artist_id").count().filter("count > 1").collectAsList())
        .as("keys that are there twice in %s, %s", table.name(), when)
        .isEmpty();
    assertThat(
            rows.filter(
                    "_hoodie_partition_path <> concat('nationality=', coalesce(nationality, '__HIVE_DEFAULT_PARTITION__'))")
                .count())
        .as("rows in a partition that is not theirs")
        .isZero();
  }

  /**
   * Keys in memory: 0 asks the table at each commit, 25 are too few after the first commits. Each
   * kind of table is among them.
   */
  @ParameterizedTest
  @CsvSource({
    "BUCKET, 1000, mor_hard cow_soft",
    "BUCKET, 25, mor_soft",
    "BUCKET, 0, cow_hard",
    "GLOBAL, 1000, mor_hard cow_soft"
  })
  void aKeyIsInOnePartition(IndexKind index, int keysInMemory, String names) throws Exception {
    List<TableConfig> tables =
        Stream.of(names.split(" "))
            .map(
                name ->
                    partitioned(
                        name,
                        name.startsWith("mor") ? TableType.MERGE_ON_READ : TableType.COPY_ON_WRITE,
                        name.endsWith("hard") ? DeleteMode.HARD : DeleteMode.SOFT,
                        index))
            .toList();
    List<Runnable> steps =
        List.of(
            () ->
                put("c", 1, "A", "French")
                    .put("c", 2, "B", "Dutch")
                    .put("c", 3, "C", "Swiss")
                    .put("c", 4, "D", "Irish")
                    .put("c", 5, "E", "Welsh")
                    .put("c", 6, "F", null)
                    .put("c", 7, "G", "French"),
            () ->
                put("u", 1, "A2", "Belgian") // to a new partition,
                    .put("u", 2, "B2", "Swiss") // to one that is there,
                    .put("u", 3, "C2", "Thai")
                    .put("u", 3, "C3", "Swiss") // there and back at once,
                    .put("u", 4, "D2", "Greek")
                    .gone(4) // on the way out,
                    .gone(5) // out,
                    .put("u", 6, "F2", "Dutch")
                    .put("c", 8, "H", "Manx")
                    .gone(8), // and never there.
            () ->
                put("u", 1, "A3", "French") // and back,
                    .put("c", 4, "D3", "Irish") // again to where it was,
                    .put("c", 5, "E2", "Dutch") // and elsewhere,
                    .gone(2) // after its move,
                    .put("u", 6, "F3", null)
                    .put("c", 8, "H2", "Manx"),
            () ->
                gone(1)
                    .put("c", 1, "A4", "Belgian") // gone and new at once,
                    .put("c", 2, "B3", "Swiss")
                    .gone(7)
                    .put("u", 8, "H3", "French"),
            () -> put("u", 1, "A5", "French").gone(8).gone(99));
    List<List<String>> states = new ArrayList<>();
    for (Runnable step : steps) {
      step.run();
      log.land();
      LakeConfig config = config(keysInMemory, tables.toArray(TableConfig[]::new));
      new IngestJob(config, spark, Clock.systemUTC(), true).run();
      for (TableConfig table : tables) {
        assertEqual(table, "commit " + states.size());
        if (states.isEmpty()) {
          assertThat(live(readOptimized(table))).isEqualTo(expected());
        }
      }
      states.add(expected());
    }
    for (TableConfig table : tables) {
      assertHistory(table, states);
    }
    if (index == IndexKind.BUCKET) {
      compact(tables.get(0));
      assertEqual(tables.get(0), "compacted");
      assertThat(live(readOptimized(tables.get(0)))).isEqualTo(expected());
    }
  }

  private Dataset<Row> readOptimized(TableConfig table) {
    return read(table, "hoodie.datasource.query.type", "read_optimized");
  }

  private void assertHistory(TableConfig table, List<List<String>> states) {
    List<String> instants = instants(table);
    assertThat(instants).hasSize(states.size());
    for (int i = 0; i < instants.size(); i++) {
      assertThat(live(read(table, "as.of.instant", instants.get(i))))
          .as("as of commit %d", i)
          .isEqualTo(states.get(i));
    }
    assertThat(live(incremental(table, instants.get(2))))
        .containsExactly("1=A5 of French", "2=B3 of Swiss");
  }

  /** What changed after a commit. */
  private Dataset<Row> incremental(TableConfig table, String after) {
    return read(
            table,
            "hoodie.datasource.query.type",
            "incremental",
            "hoodie.datasource.read.begin.instanttime",
            after)
        .filter("_hoodie_commit_time > '" + after + "'");
  }

  private void compact(TableConfig table) {
    HudiTable hudi =
        new HudiTable(spark, new TableSpec(table, location(table), List.of("artist_id")));
    new TableServices(hudi, Clock.systemUTC(), ServicesConfig.DEFAULTS, Runnable::run).runAll();
  }

  private LakeConfig config(int keysInMemory, TableConfig... tables) {
    return config(CommitLimits.DEFAULTS, keysInMemory, tables);
  }

  /** One job, so that it goes on with what it remembers. */
  @ParameterizedTest
  @EnumSource(DeleteMode.class)
  void aRunningJobRemembersWhereRowsAre(DeleteMode deletes) throws Exception {
    TableConfig table = partitioned("t", TableType.MERGE_ON_READ, deletes, IndexKind.BUCKET);
    IngestJob job = new IngestJob(config(table), spark, Clock.systemUTC(), false);
    Thread running = new Thread(() -> run(job));
    running.start();
    try {
      for (int round = 0; round < 6; round++) {
        for (int id = 0; id < 12; id++) {
          if ((id + round) % 4 == 3) {
            gone(id);
          } else {
            put("u", id, "N" + round, "nation " + (id * 7 + round * round) % 5);
          }
        }
        log.land();
        String when = "round " + round;
        Awaitility.await()
            .atMost(Duration.ofMinutes(2))
            .ignoreExceptions()
            .untilAsserted(() -> assertEqual(table, when));
      }
    } finally {
      job.stop();
      running.join();
    }
  }

  private static void run(IngestJob job) {
    try {
      job.run();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void aTableMayBeginWithoutARow(TableType type) throws Exception {
    TableConfig table = partitioned("t", type, DeleteMode.HARD, IndexKind.BUCKET);
    for (int i = 0; i < 2; i++) {
      put("c", 1, "A", "French").gone(1);
      log.land();
      ingest(table);
      assertEqual(table, "empty " + i);
    }
    put("c", 1, "A2", "Dutch");
    log.land();
    ingest(table);
    assertEqual(table, "with a row");
  }

  @Test
  void aSoftDeleteKeepsNothingButTheKey() throws Exception {
    TableConfig table =
        partitioned("t", TableType.MERGE_ON_READ, DeleteMode.SOFT, IndexKind.BUCKET);
    put("c", 1, "A", "French").put("c", 2, "B", "Dutch");
    log.land();
    ingest(table);
    put("u", 1, "A2", "Swiss");
    log.land();
    ingest(table);
    gone(1);
    log.land();
    ingest(table);
    assertThat(rows(table))
        .containsExactly("1|null|null|null|null|d|true", "2|B|Dutch|1900|null|c|false");
    put("c", 1, "A3", "French");
    log.land();
    ingest(table);
    assertThat(rows(table))
        .containsExactly("1|A3|French|1900|null|c|false", "2|B|Dutch|1900|null|c|false");
  }

  /** As purge, and as a writer would that had the table in between. */
  @Test
  void whatAnotherWroteIsSeen() throws Exception {
    TableConfig table =
        partitioned("t", TableType.MERGE_ON_READ, DeleteMode.HARD, IndexKind.BUCKET);
    put("c", 1, "A", "French").put("c", 2, "B", "Dutch").put("c", 3, "C", "Dutch");
    log.land();
    ingest(table);
    HudiTable one = hudi(table);
    HudiTable other = hudi(table);
    commit(one, 3, "1,A2,Swiss"); // reads the keys
    commit(other, 4, "1,A3,Thai");
    commit(one, 5, "1,A4,Swiss");
    commit(one, 6, "1,A5,French");
    commit(other, 7, "2,B2,Swiss");
    commit(one, 8, "2,B3,Dutch");
    source.putAll(Map.of(1, "A5 of French", 2, "B3 of Dutch"));
    assertEqual(table, "two writers in turn");
  }

  /** A commit that fails may have been made all the same. */
  @Test
  void aFailedCommitIsNotRemembered() throws Exception {
    TableConfig table =
        partitioned("t", TableType.COPY_ON_WRITE, DeleteMode.HARD, IndexKind.BUCKET);
    put("c", 1, "A", "French");
    log.land();
    ingest(table);
    HudiTable hudi = hudi(table);
    commit(hudi, 1, "1,A2,Swiss");
    Path inTheWay = Path.of(URI.create(location(table) + "/nationality=Thai"));
    Files.createFile(inTheWay);
    assertThat(catchThrowable(() -> commit(hudi, 2, "1,A3,Thai"))).isNotNull();
    Files.delete(inTheWay);
    commit(hudi, 3, "1,A4,French");
    source.put(1, "A4 of French");
    assertEqual(table, "after a failure");
  }

  private HudiTable hudi(TableConfig table) {
    return new HudiTable(spark, new TableSpec(table, location(table), List.of("artist_id")));
  }

  private void commit(HudiTable table, long offset, String... rows) {
    table.commit(changes(offset, rows), TopicPosition.START.with(0, offset + 1));
  }

  /** Updates: id, name, nationality. */
  private Dataset<Row> changes(long offset, String... rows) {
    return spark
        .createDataset(Arrays.asList(rows), Encoders.STRING())
        .selectExpr(
            "cast(split(value, ',')[0] as int) artist_id",
            "split(value, ',')[1] name",
            "split(value, ',')[2] nationality",
            "1900 birth_year",
            "cast(null as int) death_year",
            "'u' __op",
            "'' __db",
            "'' __schema",
            "'' __table",
            "1L __lsn",
            "1L __source_ts_ms",
            "false __deleted",
            "cast(" + offset + " as bigint) __offset",
            "0 __partition",
            "cast(null as array<int>) __unavailable");
  }
}
