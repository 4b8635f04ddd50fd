package io.freshet.lake.config.hoodie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HoodieStreamer's properties become a configuration that the lake job loads. */
class StreamerConfigTest {
  private static final Map<String, String> FLAGS =
      Map.of(
          "--table-type", "MERGE_ON_READ",
          "--target-base-path", "s3://lake/warehouse/moma/artists/",
          "--target-table", "moma.artists",
          "--op", "UPSERT",
          "--source-ordering-field", "__source_ts_ms",
          "--source-class", "org.apache.hudi.utilities.sources.AvroDFSSource",
          "--continuous", "",
          "--filter-dupes", "",
          "--enable-sync", "");

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    Files.writeString(
        folder.resolve("base.properties"),
        """
        # for all tables
        hoodie.upsert.shuffle.parallelism=2
        hoodie.datasource.write.keygenerator.class=org.apache.hudi.keygen.SimpleKeyGenerator
        hoodie.datasource.hive_sync.metastore.uris=thrift://metastore:9083
        hoodie.datasource.hive_sync.mode=hms
        hoodie.datasource.hive_sync.database=other
        hoodie.deltastreamer.source.dfs.root=s3://nowhere/
        """);
    file = folder.resolve("artists.properties");
    Files.writeString(
        file,
        """
        include=base.properties
        hoodie.datasource.write.recordkey.field=artist_id
        hoodie.datasource.write.precombine.field=__lsn
        hoodie.datasource.write.partitionpath.field=nationality
        hoodie.datasource.hive_sync.database=moma
        hoodie.datasource.hive_sync.table=artists
        hoodie.deltastreamer.schemaprovider.registry.url=http://registry:8081/apis/ccompat/v7/subjects/moma.public.artists-value/versions/latest
        hoodie.deltastreamer.source.dfs.root=s3://lake/topics/moma.public.artists/
        hoodie.index.type=BLOOM
        hoodie.cleaner.policy=KEEP_LATEST_BY_HOURS
        hoodie.cleaner.hours.retained=48
        some.basic.auth.password=hunter2
        """);
  }

  private LakeConfig loaded(String yaml) {
    return new ConfigLoader(Map.of("HUNTER", "x")).parse(yaml);
  }

  @Test
  void theYamlSaysTheSameAndLoads() {
    String yaml = StreamerConfig.yaml(file, FLAGS, Map.of());
    LakeConfig config = loaded(yaml);
    assertThat(config.warehouse()).isEqualTo(URI.create("s3a://lake/warehouse"));
    assertThat(config.metastore()).contains(URI.create("thrift://metastore:9083"));
    assertThat(config.source().root()).isEqualTo(URI.create("s3a://lake/topics"));
    assertThat(config.registry()).isEqualTo(URI.create("http://registry:8081"));
    TableConfig table = config.tablesOf("moma.public.artists").get(0);
    assertThat(table)
        .returns("moma.artists", TableConfig::name)
        .returns(TableType.MERGE_ON_READ, TableConfig::type)
        .returns(List.of("nationality"), TableConfig::partitionBy)
        .returns(DeleteMode.SOFT, TableConfig::deletes);
    assertThat(table.settings().timeTravel()).isEqualTo(Duration.ofHours(48));
  }

  @Test
  void whatHasNoSettingIsSaidAndSecretsAreNot() {
    String yaml = StreamerConfig.yaml(file, FLAGS, Map.of("hoodie.streamer.foo", "bar"));
    assertThat(yaml)
        .contains("# hoodie.datasource.write.recordkey.field=artist_id - key columns are those")
        .contains("# --source-ordering-field __source_ts_ms - changes are ordered by")
        .contains("# hoodie.datasource.write.precombine.field=__lsn - changes are ordered by")
        .contains("# --op UPSERT - ")
        .contains("# --continuous - ")
        .contains("# --filter-dupes - ")
        .contains("# hoodie.index.type=BLOOM - ")
        .contains("# hoodie.upsert.shuffle.parallelism=2 - ")
        .contains("# hoodie.streamer.foo=bar - ")
        .contains("# some.basic.auth.password=${file:" + file + ":some.basic.auth.password}")
        .doesNotContain("hunter2");
  }

  @Test
  void kafkaIsReadWithTheClientsSettings() throws Exception {
    Files.writeString(
        file,
        """
        bootstrap.servers=kafka-1:9092,kafka-2:9092
        security.protocol=SASL_SSL
        sasl.jaas.config=org.apache.kafka.Login required password="hunter2";
        group.id=streamer
        hoodie.streamer.source.kafka.topic=moma.public.artists
        hoodie.streamer.schemaprovider.registry.url=http://registry:8081/subjects/moma.public.artists-value/versions/latest
        hoodie.datasource.write.keygenerator.class=org.apache.hudi.keygen.NonpartitionedKeyGenerator
        """);
    String yaml =
        StreamerConfig.yaml(
            file,
            Map.of(
                "--target-base-path", "s3://lake/hudi/artists_cdc",
                "--target-table", "artists",
                "--payload-class",
                    "org.apache.hudi.common.model.debezium.PostgresDebeziumAvroPayload"),
            Map.of());
    assertThat(yaml)
        .doesNotContain("hunter2")
        .contains(
            "# --target-base-path was s3a://lake/hudi/artists_cdc; the table will lie at s3a://lake/hudi/default/artists");
    LakeConfig config = loaded(yaml);
    assertThat(config.source().kafka().orElseThrow().bootstrapServers())
        .isEqualTo("kafka-1:9092,kafka-2:9092");
    assertThat(config.source().kafka().orElseThrow().properties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.jaas.config", "org.apache.kafka.Login required password=\"hunter2\";");
    assertThat(config.metastore()).isEqualTo(Optional.empty());
    assertThat(config.tablesOf("moma.public.artists").get(0))
        .returns("default.artists", TableConfig::name)
        .returns(TableType.COPY_ON_WRITE, TableConfig::type)
        .returns(DeleteMode.HARD, TableConfig::deletes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          include=base|include=missing|there is no properties file
          include=base.|include=artists.|includes itself
          topics/moma.public.artists/|topics/moma.public.artists/2026/|must end with the topic's folder
          retained=48|retained=two|hoodie.cleaner.hours.retained is 'two', not a number
          hoodie.deltastreamer.schemaprovider|hoodie.nobody|hoodie.streamer.schemaprovider.registry.url is missing
          http://registry|http://me:pw@registry|holds a user and a password
          """)
  void saysWhatIsMissing(String good, String bad, String message) throws Exception {
    String text = Files.readString(file);
    assertThat(text).contains(good);
    Files.writeString(file, text.replace(good, bad));
    assertThatThrownBy(() -> StreamerConfig.yaml(file, FLAGS, Map.of()))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSourceOfAnotherKindIsRefused() {
    assertThatThrownBy(
            () ->
                StreamerConfig.yaml(file, Map.of("--source-class", "a.b.JsonDFSSource"), Map.of()))
        .hasMessageContaining("--source-class JsonDFSSource reads no Avro");
    assertThatThrownBy(() -> StreamerConfig.yaml(file, Map.of(), Map.of()))
        .hasMessageContaining("--target-base-path is missing");
  }
}
