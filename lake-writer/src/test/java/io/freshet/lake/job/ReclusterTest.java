package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.Recluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table that is rewritten in other buckets is the same table. */
class ReclusterTest extends JobFixture {
  private static final int ROWS = 100;

  private Recluster.Result recluster(TableConfig table, int buckets) throws InterruptedException {
    return new ReclusterJob(config(table), spark, Clock.systemUTC())
        .run(table.name(), OptionalInt.of(buckets));
  }

  private Dataset<Row> read(TableConfig table, String... options) {
    var reader = spark.read().format("hudi");
    for (int i = 0; i < options.length; i += 2) {
      reader = reader.option(options[i], options[i + 1]);
    }
    return reader.load(location(table));
  }

  /** With what Hudi noted of them, but the file. */
  private List<String> whole(Dataset<Row> rows) {
    return rows
        .drop("_hoodie_file_name")
        .orderBy("artist_id")
        .selectExpr("to_json(struct(*))")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private long files(TableConfig table) {
    return read(table).select("_hoodie_file_name").distinct().count();
  }

  private void changes() {
    for (int id = 0; id < ROWS; id++) {
      log.change("r", id, "first", id % 2 == 0 ? "French" : "Dutch", id, null);
    }
    log.land();
  }

  @ParameterizedTest
  @CsvSource({
    "COPY_ON_WRITE, SOFT, , 4",
    "MERGE_ON_READ, HARD, , 4",
    "MERGE_ON_READ, SOFT, nationality, 1",
    "COPY_ON_WRITE, SOFT, nationality, 0"
  })
  void rowsAndHistoryStay(TableType type, DeleteMode deletes, String partition, int before)
      throws Exception {
    TableConfig made =
        table("t", type, partition == null ? List.of() : List.of(partition), deletes);
    TableConfig table =
        before > 0 ? made : with(made, new IndexConfig(IndexKind.GLOBAL, OptionalInt.empty()));
    changes();
    ingest(table);
    log.change("u", 1, "second", "French", 1, null)
        .delete(2)
        .change("c", 500, "C", "Manx", 1, null);
    log.land();
    ingest(table);
    List<String> rows = whole(read(table));
    List<String> instants = instants(table);
    TopicPosition position = position(table);

    Recluster.Result result = recluster(made, 3);
    assertThat(result).isEqualTo(new Recluster.Result(rows.size(), before, 3));
    assertThat(whole(read(table))).isEqualTo(rows);
    // Of the four partitions two have one row each.
    assertThat(files(table)).isEqualTo(partition == null ? 3 : 2 * 3 + 2);
    assertThat(whole(read(table, "hoodie.datasource.query.type", "read_optimized")))
        .as("no log is left to merge")
        .isEqualTo(rows);
    assertThat(rows(read(table, "as.of.instant", instants.get(0)))).hasSize(ROWS);
    assertThat(
            read(
                    table,
                    "hoodie.datasource.query.type",
                    "incremental",
                    "hoodie.datasource.read.begin.instanttime",
                    instants.get(1))
                .filter("_hoodie_commit_time > '" + instants.get(1) + "'")
                .count())
        .as("nothing has changed")
        .isZero();

    TableConfig after = with(made, new IndexConfig(IndexKind.BUCKET, OptionalInt.of(3)));
    assertThat(position(after)).isEqualTo(position);
    for (int id = 0; id < ROWS; id++) {
      log.change("u", id, "third", "French", id, null);
    }
    log.land();
    ingest(after);
    assertThat(rows(after)).hasSize(ROWS + 1).contains("1|third|French|1|null|u|false");
    assertThat(read(after).filter("name = 'third'").count()).isEqualTo(ROWS);
  }

  private TopicPosition position(TableConfig table) {
    return HudiTable.existing(spark, table, location(table)).orElseThrow().position();
  }

  private static TableConfig with(TableConfig table, IndexConfig index) {
    return new TableConfig(
        table.topic(), table.database(), table.table(), table.settings().with(index));
  }

  @Test
  void aKilledRewriteLeavesTheTableAsItWas() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    changes();
    ingest(table);
    List<String> rows = whole(read(table));
    for (int kill = 0; kill < 2; kill++) {
      Process process = Forked.start(KilledRecluster.class, location(table));
      try {
        Awaitility.await()
            .atMost(Duration.ofSeconds(120))
            .pollInterval(Duration.ofMillis(2))
            .until(() -> !process.isAlive() || isWriting(table));
      } finally {
        process.destroyForcibly().waitFor();
      }
      assertThat(instants(table)).as("it was killed before its end").hasSize(1);
      assertThat(whole(read(table))).isEqualTo(rows);
    }
    log.change("u", 1, "second", "French", 1, null).land();
    ingest(table);
    assertThat(rows(table)).hasSize(ROWS).contains("1|second|French|1|null|u|false");
    recluster(table, 2);
    assertThat(rows(table)).hasSize(ROWS).contains("1|second|French|1|null|u|false");
    assertThat(files(table)).isEqualTo(2);
  }

  private boolean isWriting(TableConfig table) throws IOException {
    Path temporary = Path.of(URI.create(location(table))).resolve(".hoodie/.temp");
    if (!Files.exists(temporary)) {
      return false;
    }
    try (Stream<Path> markers = Files.walk(temporary)) {
      return markers.anyMatch(marker -> marker.toString().contains(".parquet.marker."));
    } catch (java.io.UncheckedIOException changing) {
      return false;
    }
  }

  @Test
  void whatCanNotBeDoneIsSaid() throws Exception {
    TableConfig table = table("t", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
    changes();
    ingest(table);
    assertThatThrownBy(
            () ->
                new ReclusterJob(config(table), spark, Clock.systemUTC())
                    .run("moma.t", OptionalInt.empty()))
        .isInstanceOf(LakeException.class)
        .hasMessage(
            "neither --buckets nor buckets in the configuration says how many files moma.t shall have");
    TableConfig five = with(table, new IndexConfig(IndexKind.AUTO, OptionalInt.of(5)));
    assertThatThrownBy(() -> recluster(five, 6))
        .isInstanceOf(LakeException.class)
        .hasMessageStartingWith("--buckets 6, but the configuration says buckets: 5 for moma.t");
    TableConfig global = with(table, new IndexConfig(IndexKind.GLOBAL, OptionalInt.empty()));
    assertThatThrownBy(() -> recluster(global, 6))
        .isInstanceOf(LakeException.class)
        .hasMessageStartingWith("the configuration says index: global for moma.t");
    IngestJob job = new IngestJob(config(table), spark, Clock.systemUTC(), false);
    try {
      assertThatThrownBy(() -> recluster(table, 6))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("moma.t");
    } finally {
      job.stop();
      job.run();
    }
    assertThat(recluster(table, 6).after()).isEqualTo(6);
    assertThat(rows(table)).hasSize(ROWS);
  }
}
