package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.ChangeBatch;
import io.freshet.lake.change.RecordedColumn;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.config.VerifyConfig;
import io.freshet.lake.metrics.StatusJson;
import io.freshet.lake.metrics.StatusText;
import io.freshet.lake.postgres.TestPostgres;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.verify.Barrier;
import io.freshet.lake.verify.Difference;
import io.freshet.lake.verify.Repair;
import io.freshet.lake.verify.TableVerifier;
import io.freshet.lake.verify.Verification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.TimelineUtils;
import org.apache.hudi.hadoop.fs.HadoopFSUtils;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Differences that were made behind the pipeline's back are found, and mended. */
class VerifyJobTest extends JobFixture {
  private static final int ROWS = 300;

  /** The lake has all at once: nothing lies between the landing log and PostgreSQL. */
  private static final Barrier NONE = (lsn, topic, position) -> {};

  private static final Schema ROW = schema();

  private static TestPostgres.Database postgres;

  private static Schema schema() {
    Schema zoned =
        RecordedColumn.all().stream()
            .filter(column -> column.postgres().equals("timestamptz"))
            .findFirst()
            .orElseThrow()
            .schema();
    return TestLog.artist(
        SchemaBuilder.record("Value")
            .namespace("moma.public.artists")
            .fields()
            .name("weight")
            .type()
            .nullable()
            .doubleType()
            .noDefault()
            .name("born")
            .type(Schema.createUnion(Schema.create(Schema.Type.NULL), zoned))
            .noDefault());
  }

  @BeforeAll
  static void startPostgres() throws Exception {
    postgres = TestPostgres.shared().database("verified");
  }

  /** Fills both sides with the same rows. */
  private void fill(TableConfig table) throws InterruptedException {
    postgres.execute(
        "DROP TABLE IF EXISTS artists",
        "CREATE TABLE artists (artist_id int PRIMARY KEY, name text, nationality text,"
            + " birth_year int, death_year int, weight float8, born timestamptz, token text)");
    List<String> inserts = new ArrayList<>();
    for (int id = 0; id < ROWS; id++) {
      inserts.add(insert(id, "name " + id));
    }
    postgres.execute(inserts.toArray(String[]::new));
    log.land();
    ingest(table);
  }

  /** Puts a row into the log; returns what does so in PostgreSQL. */
  private String insert(int id, String name) {
    log.change(
        ROW,
        "c",
        id,
        name,
        id % 5 == 0 ? null : "nation " + id % 5,
        id,
        null,
        Map.of("weight", weight(id), "born", "2001-02-03T04:05:06.789012Z"));
    return "INSERT INTO artists VALUES (%d, '%s', %s, %d, NULL, %s, '2001-02-03 04:05:06.789012+00', NULL)"
        .formatted(id, name, nationality(id), id, weight(id));
  }

  /** Puts a delete into the log, with what fills its columns. */
  private void gone(int id) {
    log.change(ROW, "d", id, "", "", 0, 0, Map.of());
  }

  private static String nationality(int id) {
    return id % 5 == 0 ? "NULL" : "'nation " + id % 5 + "'";
  }

  private static double weight(int id) {
    return id / 7.0;
  }

  private LakeConfig lake(TableConfig... tables) {
    LakeConfig plain = config(tables);
    return new LakeConfig(
        plain.warehouse(),
        plain.metastore(),
        plain.source(),
        plain.registry(),
        plain.concurrentTables(),
        plain.lease(),
        plain.commits(),
        plain.services(),
        plain.metrics(),
        plain.keysInMemory(),
        Optional.of(postgres.config()),
        new VerifyConfig(List.of("artists.birth_year"), Optional.empty()),
        plain.rules());
  }

  private Verification verify(TableConfig table) throws InterruptedException {
    return verify(table, NONE, 1, Optional.empty(), Duration.ofMinutes(1));
  }

  private Verification verify(
      TableConfig table,
      Barrier barrier,
      double fraction,
      Optional<Instant> since,
      Duration patience)
      throws InterruptedException {
    LakeConfig config = lake(table);
    List<Verification> results = new ArrayList<>();
    new VerifyJob(
            config,
            spark,
            Clock.systemUTC(),
            List.of("*"),
            new TableVerifier.Options(fraction, since, patience, 20, config.verify().mask()))
        .run(
            barrier,
            new VerifyJob.Listener() {
              @Override
              public void compared(Verification result) {
                results.add(result);
              }

              @Override
              public void failed(String name, LakeException reason) {
                throw reason;
              }
            });
    assertThat(results).hasSize(1);
    return results.get(0);
  }

  private HudiTable hudi(TableConfig table) {
    return HudiTable.existing(spark, table, location(table)).orElseThrow();
  }

  /**
   * Writes stored rows anew with other values, as the pipeline never would.
   *
   * @param values new values of columns, by the row's key
   */
  private void plant(TableConfig table, Map<Integer, Map<String, Column>> values) {
    HudiTable hudi = hudi(table);
    List<Row> planted = new ArrayList<>();
    Dataset<Row> all = hudi.rows().orElseThrow();
    for (String column : all.columns()) {
      all = column.startsWith("_hoodie_") ? all.drop(column) : all;
    }
    all =
        all.withColumn("__offset", functions.lit(hudi.position().next().get(0) - 1))
            .withColumn(ChangeBatch.UNAVAILABLE, functions.expr("cast(null as array<int>)"));
    for (Map.Entry<Integer, Map<String, Column>> row : values.entrySet()) {
      Dataset<Row> changed = all.filter("artist_id = " + row.getKey());
      for (Map.Entry<String, Column> value : row.getValue().entrySet()) {
        changed = changed.withColumn(value.getKey(), value.getValue());
      }
      planted.addAll(changed.collectAsList());
    }
    hudi.commit(spark.createDataFrame(planted, all.schema()), hudi.position());
  }

  private void plantAll(TableConfig table) {
    plant(
        table,
        Map.of(
            1, Map.of("__op", functions.lit("d"), "__deleted", functions.lit(true)),
            2, Map.of("artist_id", functions.lit(ROWS + 2)),
            3, Map.of("name", functions.lit("another")),
            4, Map.of("weight", functions.lit(Math.nextUp(weight(4)))),
            5, Map.of("born", functions.expr("timestamp_micros(unix_micros(born) + 1)")),
            6, Map.of("name", functions.lit("name 6 ")),
            7, Map.of("death_year", functions.lit(7)),
            10, Map.of("name", functions.lit(""))));
    postgres.execute("UPDATE artists SET name = NULL WHERE artist_id = 10");
  }

  @ParameterizedTest
  @CsvSource({"MERGE_ON_READ, HARD, nationality", "COPY_ON_WRITE, SOFT, ''"})
  void whatWasPlantedIsFoundAndRepaired(TableType type, DeleteMode deletes, String partitionBy)
      throws InterruptedException {
    TableConfig table =
        table("t", type, partitionBy.isEmpty() ? List.of() : List.of(partitionBy), deletes);
    fill(table);
    gone(ROWS - 1);
    log.land();
    postgres.execute("DELETE FROM artists WHERE artist_id = " + (ROWS - 1));
    ingest(table);
    Verification equal = verify(table);
    assertThat(equal.isEqual()).as("%s", equal).isTrue();
    assertThat(equal.rows()).isEqualTo(ROWS - 1);
    assertThat(equal.notCompared()).containsOnlyKeys("token");

    plantAll(table);
    Verification found = verify(table);
    assertThat(found.missing()).isEqualTo(1);
    assertThat(found.extra()).isEqualTo(1);
    assertThat(found.different()).isEqualTo(6);
    Map<String, Difference> byKey = new HashMap<>();
    found.examples().forEach(each -> byKey.put(each.key().get("artist_id"), each));
    assertThat(byKey.keySet())
        .containsExactlyInAnyOrder("1", Integer.toString(ROWS + 2), "3", "4", "5", "6", "7", "10");
    assertThat(byKey.get("1").kind()).isEqualTo(Difference.Kind.MISSING);
    assertThat(byKey.get("6").values())
        .containsExactly(new Difference.Values("name", "'name 6'", "'name 6 '"));
    assertThat(byKey.get("10").values())
        .containsExactly(new Difference.Values("name", "NULL", "''"));
    assertThat(byKey.get("5").values())
        .containsExactly(
            new Difference.Values(
                "born", "2001-02-03T04:05:06.789012Z", "2001-02-03T04:05:06.789013Z"));
    assertThat(byKey.get("1").values())
        .as("a masked column")
        .contains(new Difference.Values("birth_year", "***", ""));

    var status =
        StatusJson.of(
            new StoredStatus(
                    lake(table), spark.sparkContext().hadoopConfiguration(), Clock.systemUTC())
                .read());
    assertThat(status.at("/tables/0/verified/different").asInt()).isEqualTo(6);
    assertThat(StatusText.of(status)).contains("8 differ at ");

    Repair.Result repaired;
    try (RepairJob repair =
        new RepairJob(lake(table), spark, Clock.systemUTC(), Duration.ofSeconds(30))) {
      repaired = repair.run(found);
    }
    assertThat(repaired).isEqualTo(new Repair.Result(7, 1, 0));
    assertThat(verify(table).isEqual()).isTrue();
    assertThat(newestNotes(table)).contains("\"upserted\":7,\"deleted\":1");

    // Changes that come later win over the repair, also those of rows that it wrote.
    log.change(ROW, "u", 1, "later", null, 1, null, Map.of())
        .change(ROW, "u", 3, "later", null, 3, null, Map.of());
    gone(4);
    log.land();
    postgres.execute(
        "UPDATE artists SET name = 'later', nationality = NULL, weight = NULL, born = NULL WHERE artist_id IN (1, 3)",
        "DELETE FROM artists WHERE artist_id = 4");
    ingest(table);
    Verification after = verify(table);
    assertThat(after.isEqual()).as("%s", after).isTrue();
  }

  private String newestNotes(TableConfig table) {
    var client =
        HoodieTableMetaClient.builder()
            .setConf(
                HadoopFSUtils.getStorageConfWithCopy(spark.sparkContext().hadoopConfiguration()))
            .setBasePath(location(table))
            .build();
    var commits = client.getCommitsTimeline().filterCompletedInstants();
    try {
      return TimelineUtils.getCommitMetadata(commits.lastInstant().get(), commits)
          .getMetadata("freshet.repair");
    } catch (java.io.IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  @Test
  void rowsThatChangeMeanwhileAreNoDifferences() throws InterruptedException {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    fill(table);
    plant(table, Map.of(3, Map.of("name", functions.lit("another"))));
    int[] looks = new int[1];
    Barrier ahead =
        (lsn, topic, position) -> {
          // After the snapshot was taken, and before the lake is looked at.
          if (looks[0]++ == 0) {
            log.change(ROW, "u", 20, "changed", null, 20, null, Map.of());
            gone(21);
            postgres.execute(insert(ROWS + 50, "new"));
            log.land();
            postgres.execute(
                "UPDATE artists SET name = 'changed', nationality = NULL, weight = NULL, born = NULL WHERE artist_id = 20",
                "DELETE FROM artists WHERE artist_id = 21");
            ingest(table);
          }
        };
    Verification found = verify(table, ahead, 1, Optional.empty(), Duration.ofMinutes(1));
    assertThat(looks[0]).isGreaterThan(1);
    assertThat(found.examples().stream().map(each -> each.key().get("artist_id")))
        .containsExactly("3");
    assertThat(found.unsettled()).isZero();
  }

  @Test
  void aKeyThatChangesAtEveryLookIsSaidToBeUnsettled() throws InterruptedException {
    TableConfig table = table("t", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
    fill(table);
    int[] looks = new int[1];
    Barrier ahead =
        (lsn, topic, position) -> {
          // The lake gets a version that PostgreSQL had for too short a time to be seen.
          int look = looks[0]++;
          log.change(ROW, "u", 20, "missed " + look, null, 20, null, Map.of()).land();
          ingest(table);
          postgres.execute("UPDATE artists SET name = 'next " + look + "' WHERE artist_id = 20");
        };
    Verification found = verify(table, ahead, 1, Optional.empty(), Duration.ofMillis(1));
    assertThat(found.isEqual()).isTrue();
    assertThat(found.unsettled()).isEqualTo(1);
  }

  @Test
  void aShareOfTheKeysOrThoseThatChangedLatelyAreComparedAndWhatCantBeIsNamed()
      throws InterruptedException {
    TableConfig table = table("t", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
    fill(table);
    plant(table, Map.of(3, Map.of("name", functions.lit("another"))));
    assertThat(verify(table, NONE, 0.5, Optional.empty(), Duration.ofMinutes(1)).rows())
        .isBetween(ROWS / 4L, 3L * ROWS / 4);
    Instant since = Instant.now();
    assertThat(verify(table, NONE, 1, Optional.of(since), Duration.ofMinutes(1)).rows()).isZero();
    plant(table, Map.of(6, Map.of("name", functions.lit("another"))));
    Verification found = verify(table, NONE, 1, Optional.of(since), Duration.ofMinutes(1));
    assertThat(found.rows()).isEqualTo(1);
    assertThat(found.examples().stream().map(each -> each.key().get("artist_id")))
        .containsExactly("6");

    postgres.execute("DROP TABLE artists");
    assertThatThrownBy(() -> verify(table))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("no table of database verified has the name that topic " + TOPIC);
    postgres.execute("CREATE TABLE artists (id int PRIMARY KEY)");
    assertThatThrownBy(() -> verify(table))
        .hasMessageContaining("its key column artist_id is not compared");
  }

  @Test
  void aRunningJobRepairsItsTableItself() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    fill(table);
    plantAll(table);
    Verification found = verify(table);
    IngestJob ingest = new IngestJob(lake(table), spark, Clock.systemUTC(), false);
    List<Throwable> failures = new ArrayList<>();
    Thread running =
        new Thread(
            () -> {
              try {
                ingest.run();
              } catch (Throwable failed) {
                failures.add(failed);
              }
            });
    running.start();
    try (RepairJob repair =
        new RepairJob(lake(table), spark, Clock.systemUTC(), Duration.ofMinutes(1))) {
      assertThat(repair.run(found)).isEqualTo(new Repair.Result(7, 1, 0));
      log.change(ROW, "u", 3, "later", null, 3, null, Map.of()).land();
      postgres.execute(
          "UPDATE artists SET name = 'later', nationality = NULL, weight = NULL, born = NULL WHERE artist_id = 3");
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> rows(table).stream().anyMatch(row -> row.startsWith("3|later|")));
    } finally {
      ingest.stop();
      running.join();
    }
    assertThat(failures).isEmpty();
    assertThat(verify(table).isEqual()).isTrue();
  }
}
