package io.freshet.lake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The file that says what is copied from where to where. */
class CopyLoaderTest {
  private static final String JDBC =
      """
      source:
        format: jdbc
        url: jdbc:mysql://db:3306/museum
        user: reader
        password: ${env:PASSWORD}
        properties: {useSSL: true}
        fetch-size: 500
      target:
        format: hudi
        warehouse: s3a://lake/warehouse
        metastore: thrift://hms:9083
        database: museum
      mode: replace
      concurrent-tables: 3
      tables:
        - from: museum.Artists
        - from: museum.works
          to: sales.works
          mode: upsert
          key: [id]
          exclude-columns: [note]
          split-by: id
          splits: 8
          type: merge-on-read
          partition-by: [year]
          buckets: 2
          bare-numeric: string
          time-travel-hours: 48
      """;

  private static CopyConfig load(String yaml) {
    return new CopyLoader(Map.of("PASSWORD", "s3cret")).parse(yaml);
  }

  @Test
  void readsEveryKey() {
    CopyConfig config = load(JDBC);
    assertThat(config.source())
        .isEqualTo(
            new CopySource.Jdbc(
                "jdbc:mysql://db:3306/museum", "reader", "s3cret", Map.of("useSSL", "true"), 500));
    assertThat(config.target())
        .isEqualTo(
            new CopyTarget.Files(
                CopyFormat.HUDI,
                URI.create("s3a://lake/warehouse"),
                Optional.of(URI.create("thrift://hms:9083"))));
    assertThat(config.concurrentTables()).isEqualTo(3);
    CopyTable first = config.tables().get(0);
    assertThat(first.to()).isEqualTo("museum.artists");
    assertThat(first.mode()).isEqualTo(CopyMode.REPLACE);
    assertThat(first.settings().type()).isEqualTo(TableType.COPY_ON_WRITE);
    CopyTable second = config.tables().get(1);
    assertThat(second.to()).isEqualTo("sales.works");
    assertThat(second.mode()).isEqualTo(CopyMode.UPSERT);
    assertThat(second.key()).containsExactly("id");
    assertThat(second.excludeColumns()).containsExactly("note");
    assertThat(second.split()).contains(new CopyTable.Split("id", 8));
    assertThat(second.settings().type()).isEqualTo(TableType.MERGE_ON_READ);
    assertThat(second.settings().partitionBy()).containsExactly("year");
    assertThat(second.settings().index().buckets()).isEqualTo(OptionalInt.of(2));
    assertThat(second.settings().bareNumeric()).isEqualTo(BareNumeric.STRING);
    assertThat(second.settings().timeTravel()).isEqualTo(Duration.ofHours(48));
    assertThat(config.toString()).doesNotContain("s3cret");
  }

  @Test
  void readsTheOtherEnds() {
    CopyConfig config =
        load(
            """
            source: {format: postgres, database: museum, user: u, password: "${env:PASSWORD}"}
            target: {format: kudu, masters: "k1:7051,k2:7051", replicas: 1}
            mode: upsert
            tables: [{from: public.artists}]
            """);
    assertThat(config.source())
        .isInstanceOfSatisfying(
            CopySource.Postgres.class,
            postgres -> assertThat(postgres.database().password()).isEqualTo("s3cret"));
    assertThat(config.target()).isEqualTo(new CopyTarget.Kudu("k1:7051,k2:7051", 1));
    assertThat(config.tables().get(0).to()).isEqualTo("public.artists");
    for (String format : List.of("parquet", "hudi")) {
      assertThat(
              load("""
                      source: {format: %s, root: "file:/old"}
                      target: {format: parquet, warehouse: "gs://lake/new"}
                      mode: append
                      tables: [{from: a.b, to: c.d}]
                      """
                      .formatted(format))
                  .source())
          .isInstanceOf(CopySource.Files.class);
    }
    assertThat(
            load("""
                    source: {format: kudu, masters: "k1:7051"}
                    target: {format: parquet, warehouse: "hdfs:///lake", database: d}
                    mode: append
                    tables: [{from: "impala::a.b"}]
                    """)
                .tables()
                .get(0)
                .to())
        .isEqualTo("d.b");
  }

  @Test
  void aPasswordIsNowhereInTheFile() {
    assertThatThrownBy(() -> load(JDBC.replace("${env:PASSWORD}", "plain1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("source.password stands in the file")
        .message()
        .doesNotContain("plain1");
    for (String url :
        List.of("jdbc:mysql://reader:plain1@db/museum", "jdbc:mysql://db/m?password=plain1")) {
      assertThatThrownBy(() -> load(JDBC.replace("jdbc:mysql://db:3306/museum", url)))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("source.url holds a password or a user")
          .message()
          .doesNotContain("plain1");
    }
  }

  @Test
  void allThatIsWrongIsSaid() {
    assertThatThrownBy(
            () ->
                load(
                    JDBC.replace("to: sales.works", "to: museum.artists")
                        .replace("fetch-size", "fetchsize")
                        .replace("splits: 8", "splits: 1")
                        .replace("mode: upsert", "mode: merge")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tables[1].to: two tables would come to museum.artists")
        .hasMessageContaining("unknown key source.fetchsize; did you mean 'fetch-size'?")
        .hasMessageContaining("tables[1].splits is '1'")
        .hasMessageContaining("tables[1].mode is 'merge', but must be one of: append, replace");
    assertThatThrownBy(() -> load(JDBC.replace("mode: replace", "")))
        .hasMessageContaining("mode is missing; say append, replace or upsert");
    assertThatThrownBy(() -> load(JDBC.replace("database: museum\n", "\n")))
        .hasMessageContaining("tables[0].to is '.artists', but a table is named database.table");
    assertThatThrownBy(() -> load(JDBC.replace("format: hudi", "format: jdbc")))
        .hasMessageContaining("target.format is 'jdbc', which tables are only copied from");
    assertThatThrownBy(() -> load(JDBC.replace("format: hudi", "format: parquet")))
        .hasMessageContaining("tables[1].mode is upsert, but Parquet files have no keys");
    assertThatThrownBy(
            () ->
                load(
                    JDBC.replace("format: hudi", "format: parquet")
                        .replace("mode: upsert", "mode: append")))
        .hasMessageContaining("tables[1].partition-by stands beside target.metastore");
    assertThatThrownBy(
            () ->
                load(
                    """
                    source: {format: parquet, root: "file:/old"}
                    target: {format: kudu, masters: "k:7051"}
                    mode: replace
                    tables: [{from: a, split-by: id}]
                    """))
        .hasMessageContaining("tables[0].mode is replace, but Kudu can't")
        .hasMessageContaining("tables[0].split-by is for source.format: jdbc alone");
  }
}
