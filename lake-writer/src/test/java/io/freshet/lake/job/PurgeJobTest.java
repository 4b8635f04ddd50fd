package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.Purge;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that must be in no file any more, nor in any instant that can be read. */
class PurgeJobTest extends JobFixture {
  private static final String SECRET = "Unforgettable Name";

  private Purge.Result purge(TableConfig table, String where) throws InterruptedException {
    return new PurgeJob(config(table), spark, Clock.systemUTC()).run(table.name(), where);
  }

  @ParameterizedTest
  @CsvSource({
    "COPY_ON_WRITE, SOFT, true",
    "MERGE_ON_READ, SOFT, false",
    "MERGE_ON_READ, HARD, true"
  })
  void noFileHoldsThem(TableType type, DeleteMode deletes, boolean partitioned) throws Exception {
    List<String> partitionBy = partitioned ? List.of("nationality") : List.of();
    TableConfig table = table("t", type, partitionBy, deletes);
    log.change("r", 299, SECRET, "French", 1906, null)
        .change("r", 298, SECRET, "French", 1906, null)
        .change("r", 1, "A", "French", 1, null)
        .land();
    ingest(table);
    log.change("u", 299, SECRET, "Dutch", 1907, null).change("u", 1, "A", "Dutch", 2, null).land();
    ingest(table);
    log.change("c", 2, "B", "German", 3, null).change("d", 298, "", "", 0, 0).land();
    ingest(table);
    List<String> others = rows(table).stream().filter(row -> !row.startsWith("29")).toList();
    List<String> before = instants(table);
    assertThat(filesWith(table, SECRET)).isNotEmpty();

    assertThat(
            new PurgeJob(config(table), spark, Clock.systemUTC())
                .count("moma.t", "artist_id = 299"))
        .isEqualTo(1);
    Purge.Result result = purge(table, "artist_id in (298, 299)");

    assertThat(result.rows()).isEqualTo(deletes == DeleteMode.SOFT ? 2 : 1);
    assertThat(rows(table)).isEqualTo(others).hasSize(2);
    assertThat(filesWith(table, SECRET)).isEmpty();
    assertThat(filesWith(table, "Unforgettable")).isEmpty();
    for (String instant : before) {
      assertThatThrownBy(
              () ->
                  spark
                      .read()
                      .format("hudi")
                      .option("as.of.instant", instant)
                      .load(location(table))
                      .count())
          .hasMessageContaining("Cleaner cleaned up the timestamp of interest");
    }

    // The source may still change a purged row, and not say again what it did not change.
    log.change("u", 1, "A", "German", 4, null)
        .change("u", 299, "__debezium_unavailable_value", "Dutch", 5, null)
        .land();
    ingest(table);
    assertThat(rows(table))
        .hasSize(3)
        .contains("1|A|German|4|null|u|false", "299|null|Dutch|5|null|u|false");
  }

  /** Files of the table whose bytes, or whose rows, hold a text. */
  private List<String> filesWith(TableConfig table, String text) throws Exception {
    List<String> found = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of(URI.create(location(table))))) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertThat(files).anyMatch(file -> file.toString().endsWith(".parquet"));
    for (Path file : files) {
      boolean inBytes =
          new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
      boolean inRows =
          file.toString().endsWith(".parquet")
              && !file.toString().contains("/.hoodie/")
              && spark
                      .read()
                      .parquet(file.toString())
                      .filter("name = '" + text + "' or artist_id in (298, 299)")
                      .count()
                  > 0;
      if (inBytes || inRows) {
        found.add(file.toString());
      }
    }
    return found;
  }

  @Test
  void aWrongTableOrConditionIsNamed() throws Exception {
    TableConfig table = table("t", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
    assertThatThrownBy(() -> purge(table, "artist_id = 1"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("table moma.t has no commit yet");
    log.change("c", 1, "A", "French", 1, null).land();
    ingest(table);
    assertThatThrownBy(() -> purge(table, "artist = 1"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("--where \"artist = 1\" is no condition on the columns of moma.t")
        .hasMessageContaining("`artist`");
    TableConfig other = table("u", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
    assertThatThrownBy(
            () ->
                new PurgeJob(config(table), spark, Clock.systemUTC())
                    .run(other.name(), "artist_id = 1"))
        .hasMessage("there is no table 'moma.u' in the configuration; its tables are [moma.t]");
    assertThat(rows(table)).hasSize(1);
  }
}
