package io.freshet.lake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.freshet.lake.LakeException;
import io.freshet.lake.source.KafkaConnection;
import io.freshet.lake.source.MessageIds;
import io.freshet.lake.source.SinkGroup;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
  private static final String VALID =
      """
      lake:
        warehouse: s3a://lake/warehouse
        metastore: thrift://127.0.0.1:9083
        lease-seconds: 45
      source:
        kind: landing
        root: s3a://lake/topics
        retention-hours: 72
        emptied-logs: read
      registry: http://127.0.0.1:8081
      services:
        beside-ingest: false
        interval-seconds: 30
        compact-after-commits: 10
        active-commits: 100
      tables:
        - topic: moma.public.artists
          database: moma_mor
          table: artists
          type: merge-on-read
          partition-by: [nationality]
          deletes: hard
          time-travel-hours: 168
        - topic: moma.public.artists
          database: moma_cow
          table: artists
          type: copy-on-write
      """;

  @TempDir Path folder;

  @Test
  void readsEveryKey() {
    LakeConfig config = parse(VALID);
    assertThat(config.warehouse()).isEqualTo(URI.create("s3a://lake/warehouse"));
    assertThat(config.metastore()).contains(URI.create("thrift://127.0.0.1:9083"));
    assertThat(config.source())
        .isEqualTo(
            SourceConfig.landing(URI.create("s3a://lake/topics"), Duration.ofMillis(500))
                .with(Optional.of(Duration.ofHours(72)), true));
    assertThat(config.tablesOf("moma.public.artists"))
        .containsExactly(
            new TableConfig(
                "moma.public.artists",
                "moma_mor",
                "artists",
                new TableSettings(
                    TableType.MERGE_ON_READ,
                    List.of("nationality"),
                    DeleteMode.HARD,
                    WithoutKey.REFUSE,
                    Duration.ofHours(168))),
            new TableConfig(
                "moma.public.artists",
                "moma_cow",
                "artists",
                new TableSettings(
                    TableType.COPY_ON_WRITE,
                    List.of(),
                    DeleteMode.SOFT,
                    WithoutKey.REFUSE,
                    Duration.ofHours(24))));
    assertThat(config.lease()).isEqualTo(Duration.ofSeconds(45));
    assertThat(config.services())
        .isEqualTo(new ServicesConfig(false, Duration.ofSeconds(30), 10, 100));
    assertThat(config.location(config.tablesOf("moma.public.artists").get(0)))
        .isEqualTo("s3a://lake/warehouse/moma_mor/artists");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          partition-by: [nationality]|partition_by: [nationality]|unknown key tables[0].partition_by; did you mean 'partition-by'?
          beside-ingest: false|beside-ingest: no way|services.beside-ingest is 'no way', but must be true or false
          deletes: hard|delete: hard|unknown key tables[0].delete; did you mean 'deletes'?
          warehouse: s3a|warehous: s3a|unknown key lake.warehous; did you mean 'warehouse'?
          registry: http|colour: http|registry is missing
          deletes: hard|current-view: maybe|tables[0].current-view is 'maybe', but must be true or false
          deletes: hard|deletes: harsh|tables[0].deletes is 'harsh', but must be one of: soft, hard
          deletes: hard|index: bloom|tables[0].index is 'bloom', but must be one of: auto, bucket, global
          deletes: hard|buckets: 0|tables[0].buckets is '0', but must be a whole number from 1 to 1024
          metastore: thrift://127.0.0.1:9083|keys-in-memory: -1|lake.keys-in-memory is '-1', but must be a whole number from 0
          merge-on-read|mor|tables[0].type is 'mor', but must be one of: copy-on-write, merge-on-read
          kind: landing|kind: ftp|source.kind is 'ftp', but must be one of: landing, kafka
          database: moma_cow|database: moma_mor|moma_mor.artists is named twice
          table: artists|table: Artists-1|tables[0].table is 'Artists-1', but a name is made of
          s3a://lake/topics|/lake/topics|source.root is '/lake/topics', not a URI with a scheme
          [nationality]|nationality|tables[0].partition-by is 'nationality', but must be a list
          kind: landing|poll-interval-ms: 5|source.poll-interval-ms is '5', but must be a whole number from 50
          topic: moma|topic: ${env:NOPE}|tables[0].topic refers to environment variable NOPE, which is not set
          topic: moma|topic: ${vault:x}|tables[0].topic holds the placeholder ${vault:x}
          metastore: thrift://127.0.0.1:9083|metrics: {listen: 9404}|lake.metrics.listen is '9404', but must be an address and a port
          metastore: thrift://127.0.0.1:9083|metrics: {port: 9404}|unknown key lake.metrics.port
          registry: http|lake: http|not valid YAML at line 10
          """)
  void saysWhatIsWrongAndHowToMendIt(String good, String bad, String message) {
    String yaml =
        VALID.replaceFirst(
            java.util.regex.Pattern.quote(good), java.util.regex.Matcher.quoteReplacement(bad));
    assertThat(yaml).isNotEqualTo(VALID);
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aViewOfTheRowsThatAreThereIsMadeUnlessNotWanted() {
    LakeConfig config =
        parse(
            VALID.replace("deletes: hard", "current-view: true")
                + "defaults: {current-view: false}\n");
    assertThat(config.tablesOf("moma.public.artists"))
        .extracting(table -> table.settings().currentView())
        .containsExactly(true, false);
    assertThat(parse(VALID).tablesOf("moma.public.artists"))
        .allMatch(table -> table.settings().currentView());
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0:9404, true, 0.0.0.0, 9404",
    "127.0.0.1:0, true, 127.0.0.1, 0",
    "'[::1]:80', true, '[::1]', 80",
    "off, false, '', 0"
  })
  void readsWhereMetricsAreServed(String listen, boolean enabled, String host, int port) {
    LakeConfig config =
        parse(
            VALID.replace(
                "metastore: thrift://127.0.0.1:9083", "metrics: {listen: \"" + listen + "\"}"));
    assertThat(config.metrics()).isEqualTo(new MetricsConfig(enabled, host, port));
    assertThat(parse(VALID).metrics()).isEqualTo(MetricsConfig.DEFAULT);
  }

  @Test
  void theSinksGroupSparesTheStoreQuestions() {
    LakeConfig config =
        parse(
            VALID.replace(
                "  kind: landing\n",
                "  kind: landing\n  sink-group: connect-sink\n  bootstrap-servers: kafka:9092\n"));
    assertThat(config.source().sinkGroup())
        .contains(
            new SinkGroup(
                new KafkaConnection("kafka:9092", Map.of(), MessageIds.CONTENT_ID_4),
                "connect-sink",
                Duration.ofMinutes(5)));
    assertThatThrownBy(
            () -> parse(VALID.replace("  kind: landing\n", "  kind: landing\n  sink-group: x\n")))
        .hasMessageContaining("source.bootstrap-servers is missing");
  }

  @Test
  void resolvesPlaceholdersFromTheEnvironmentAndFromFiles() throws Exception {
    Path file = folder.resolve("endpoints.properties");
    Files.writeString(file, "warehouse=s3a://other/place\n");
    LakeConfig config =
        new ConfigLoader(Map.of("HOST", "registry.test"))
            .parse(
                VALID
                    .replace("s3a://lake/warehouse", "${file:" + file + ":warehouse}")
                    .replace("http://127.0.0.1:8081", "http://${env:HOST}:8081"));
    assertThat(config.warehouse()).isEqualTo(URI.create("s3a://other/place"));
    assertThat(config.registry()).isEqualTo(URI.create("http://registry.test:8081"));
  }

  @Test
  void aPlaceholdersValueCanNotAddKeys() {
    LakeConfig config =
        new ConfigLoader(Map.of("TOPIC", "a\n    deletes: hard"))
            .parse(VALID.replaceFirst("topic: moma.public.artists", "topic: \\${env:TOPIC}"));
    assertThat(config.namedTopics().get(0)).isEqualTo("a\n    deletes: hard");
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() throws Exception {
    Path file = folder.resolve("lake.yaml");
    Files.writeString(
        file,
        """
        lake:
          warehous: s3a://lake/warehouse
          concurrent-tables: many
          metrics: 9404
        source:
          root: ${env:NOPE}
          poll-interval-ms: 5
        tables:
          - topic: moma.public.artists
            database: Moma
            type: mor
            deletes: [soft]
          - exclude: a
            colour: red
        """);
    assertThatThrownBy(() -> new ConfigLoader(Map.of()).load(file))
        .isInstanceOfSatisfying(
            ConfigException.class,
            all ->
                assertThat(all.problems())
                    .allMatch(problem -> problem.startsWith(file + ": "))
                    .extracting(problem -> problem.substring((file + ": ").length()))
                    .satisfiesExactlyInAnyOrder(
                        p -> assertThat(p).startsWith("unknown key lake.warehous; did you mean"),
                        p -> assertThat(p).startsWith("lake.concurrent-tables is 'many'"),
                        p -> assertThat(p).startsWith("lake.metrics must be a mapping"),
                        p -> assertThat(p).startsWith("source.root refers to environment"),
                        p -> assertThat(p).startsWith("source.poll-interval-ms is '5'"),
                        p -> assertThat(p).startsWith("registry is missing"),
                        p -> assertThat(p).startsWith("tables[0].database is 'Moma'"),
                        p -> assertThat(p).startsWith("tables[0].table is missing"),
                        p -> assertThat(p).startsWith("tables[0].type is 'mor'"),
                        p -> assertThat(p).startsWith("tables[0].deletes must be a single"),
                        p -> assertThat(p).startsWith("tables[1].topic is missing"),
                        p -> assertThat(p).startsWith("tables[1].database is missing"),
                        p -> assertThat(p).startsWith("unknown key tables[1].exclude"),
                        p -> assertThat(p).startsWith("unknown key tables[1].colour")));
  }

  @Test
  void namesAMissingFile() {
    Path missing = folder.resolve("nope.yaml");
    assertThatThrownBy(() -> new ConfigLoader(Map.of()).load(missing))
        .hasMessageContaining("there is no config file " + missing);
  }

  @Test
  void refusesAnEmptyFile() {
    assertThatThrownBy(() -> parse("")).hasMessageContaining("lake is missing");
  }

  @Test
  void aWholeDatabaseIsNamedByRules() {
    LakeConfig config =
        parse(
            VALID.substring(0, VALID.indexOf("tables:"))
                + """
                  defaults:
                    deletes: hard
                  tables:
                    - topic: moma.public.artists
                      database: moma
                      table: artists
                      partition-by: [nationality]
                    - include: [moma.public.*, moma.loans.*]
                      exclude: ["*.tmp_*"]
                      database: moma
                      table: "{schema}_{table}"
                      without-key: append
                    - include: [moma.public.*]
                      database: moma
                  """);
    assertThat(config.reads("moma.public.tmp_1")).isTrue();
    assertThat(config.reads("other.public.artists")).isFalse();
    assertThat(config.tablesOf("moma.loans.tmp_1")).isEmpty();
    assertThat(config.tablesOf("moma.public.artists"))
        .extracting(TableConfig::name, TableConfig::partitionBy, TableConfig::deletes)
        .containsExactly(
            tuple("moma.artists", List.of("nationality"), DeleteMode.HARD),
            tuple("moma.public_artists", List.of(), DeleteMode.HARD));
    assertThat(config.tablesOf("moma.loans.Out-going").get(0))
        .returns("moma.loans_out_going", TableConfig::name)
        .returns(WithoutKey.APPEND, table -> table.settings().withoutKey());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - topic: moma.public.artists|- include: [a.*]~    topic: moma.public.artists|tables[0].include stands beside topic
          - topic: moma.public.artists|- exclude: [a]|tables[0].topic is missing; name one, or several with include
          table: artists|table: "{tabel}"|tables[0].table holds the placeholder {tabel}; there are [topic, prefix, schema, table]
          """)
  void saysWhatIsWrongWithARule(String good, String bad, String message) {
    String yaml =
        VALID.replaceFirst(
            java.util.regex.Pattern.quote(good),
            java.util.regex.Matcher.quoteReplacement(bad.replace("~", "\n")));
    assertThat(yaml).isNotEqualTo(VALID);
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(message);
  }

  private static LakeConfig parse(String yaml) {
    return new ConfigLoader(Map.of()).parse(yaml);
  }

  @Test
  void theIndexIsATablesOwn() {
    String yaml =
        """
        lake: {warehouse: "s3a://lake/warehouse", keys-in-memory: 5000}
        source: {root: "s3a://lake/topics"}
        registry: http://127.0.0.1:8081
        defaults: {buckets: 2}
        tables:
          - {topic: a.b.one, database: d, table: one, index: bucket, buckets: 8}
          - {topic: a.b.two, database: d, table: two}
          - {topic: a.b.three, database: d, table: three, index: global}
        """;
    LakeConfig config = parse(yaml);
    assertThat(config.keysInMemory()).isEqualTo(5000);
    assertThat(List.of("one", "two", "three"))
        .extracting(table -> config.tablesOf("a.b." + table).get(0).index())
        .containsExactly(
            new IndexConfig(IndexKind.BUCKET, OptionalInt.of(8)),
            new IndexConfig(IndexKind.AUTO, OptionalInt.of(2)),
            new IndexConfig(IndexKind.GLOBAL, OptionalInt.empty()));
    assertThatThrownBy(() -> parse(yaml.replace("index: bucket", "index: global")))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("tables[0].buckets is 8, but a global index has no buckets");
  }
}
