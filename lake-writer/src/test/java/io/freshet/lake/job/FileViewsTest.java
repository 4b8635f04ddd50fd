package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.FileViews;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.KeyBudget;
import io.freshet.lake.table.TableServices;
import io.freshet.lake.table.TableSpec;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A job knows its tables' files, and learns the rest from its own commits. */
class FileViewsTest extends JobFixture {
  private static final int WINDOW = 4;
  private static final ServicesConfig OFTEN = new ServicesConfig(true, Duration.ofSeconds(1), 5, 4);

  private long offset;

  @BeforeEach
  void count() {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    hadoop.set("fs.file.impl", CountedFiles.class.getName());
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
  }

  @AfterEach
  void stopCounting() {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    hadoop.unset("fs.file.impl");
    hadoop.unset("fs.file.impl.disable.cache");
  }

  @Test
  void aCommitAsksNoMoreOfAnOldTable() throws Exception {
    TableConfig config = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    try (FileViews views = new FileViews(spark)) {
      HudiTable table = hudi(config, Optional.of(views));
      TableServices services =
          new TableServices(table, Clock.systemUTC(), OFTEN, table::betweenCommits);
      commit(table);
      commit(table);
      List<Long> young = window(table);
      for (int i = 0; i < 5; i++) {
        window(table);
        services.runDue();
      }
      commit(table); // Learns of what the services did.
      List<Long> old = window(table);
      assertThat(table.timeline().exists()).isTrue();
      assertThat(median(old))
          .as("lists and reads of a commit; young %s, old %s", young, old)
          .isLessThanOrEqualTo(median(young) + 2);
      assertThat(rows(config))
          .containsExactly(
              "1|A" + offset + "|French|1900|null|u|false", "2|B|Dutch|1900|null|u|false");

      HudiTable another = hudi(config, Optional.empty());
      commit(another);
      assertThat(median(window(another)))
          .as("without what the job knows")
          .isGreaterThan(2 * median(old));
      commit(table);
      assertThat(rows(config))
          .as("another's commits are learnt of")
          .containsExactly(
              "1|A" + offset + "|French|1900|null|u|false", "2|B|Dutch|1900|null|u|false");
    }
  }

  /** What a commit asks, for some of them. */
  private List<Long> window(HudiTable table) {
    List<Long> asked = new ArrayList<>();
    for (int i = 0; i < WINDOW; i++) {
      long before = CountedFiles.asked();
      commit(table);
      asked.add(CountedFiles.asked() - before);
    }
    return asked;
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private HudiTable hudi(TableConfig config, Optional<FileViews> views) {
    TableSpec spec = new TableSpec(config, location(config), List.of("artist_id"));
    return new HudiTable(spark, spec, new KeyBudget(1_000), views);
  }

  private void commit(HudiTable table) {
    offset++;
    Dataset<Row> rows =
        spark.sql(
            """
            select artist_id, name, nationality, 1900 birth_year, cast(null as int) death_year,
              'u' __op, '' __db, '' __schema, '' __table, 1L __lsn, 1L __source_ts_ms,
              false __deleted, %1$dL __offset, 0 __partition, cast(null as array<int>) __unavailable
            from values (1, 'A%1$d', 'French'), (2, 'B', 'Dutch') as v(artist_id, name, nationality)
            """
                .formatted(offset));
    table.commit(rows, TopicPosition.START.with(0, offset + 1));
  }

  /** Hudi's own bucket index would list it once more in each task for each partition. */
  @Test
  void aCommitToManyPartitionsListsTheTimelineNoMoreThanToOne() throws Exception {
    TableConfig config =
        table("p", TableType.MERGE_ON_READ, List.of("nationality"), DeleteMode.SOFT);
    try (FileViews views = new FileViews(spark)) {
      HudiTable table = hudi(config, Optional.of(views));
      commit(table, 8);
      commit(table, 8);
      long begin = CountedFiles.timelines();
      commit(table, 1);
      long one = CountedFiles.timelines() - begin;
      commit(table, 8);
      assertThat(CountedFiles.timelines() - begin - one).isEqualTo(one).isPositive();
      assertThat(table.rows().orElseThrow().count()).isEqualTo(8);
    }
  }

  private void commit(HudiTable table, int partitions) {
    offset++;
    Dataset<Row> rows =
        spark
            .range(partitions)
            .selectExpr(
                "cast(id as int) artist_id",
                "'A" + offset + "' name",
                "concat('N', id) nationality",
                "1900 birth_year",
                "cast(null as int) death_year",
                "'u' __op",
                "'' __db",
                "'' __schema",
                "'artists' __table",
                "1L __lsn",
                "1L __source_ts_ms",
                "false __deleted",
                offset + "L __offset",
                "0 __partition",
                "cast(null as array<int>) __unavailable");
    table.commit(rows, TopicPosition.START.with(0, offset + 1));
  }

  /** It has no password, so nobody else may reach it. */
  @Test
  void itListensWhereTheDriverDoes() throws Exception {
    try (FileViews views = new FileViews(spark)) {
      int port = views.port();
      for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(network.getInetAddresses())) {
          if (!address.isLoopbackAddress()) {
            try (ServerSocket free = new ServerSocket(port, 1, address)) {
              assertThat(free.isBound()).as("nobody listens on %s", address).isTrue();
            }
          }
        }
      }
    }
  }
}
