package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.CommitLimits;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.LastCommit;
import io.freshet.lake.table.TableServices;
import io.freshet.lake.table.TableSpec;
import io.freshet.lake.table.TableTimeline;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hudi.common.model.HoodieCommitMetadata;
import org.apache.hudi.common.model.WriteOperationType;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.table.timeline.TimelineUtils;
import org.apache.hudi.hadoop.fs.HadoopFSUtils;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A new table is written in bulk, and what comes later finds its rows. */
class BackfillTest extends JobFixture {
  private static final int ROWS = 200;

  @ParameterizedTest
  @CsvSource({
    "COPY_ON_WRITE,",
    "MERGE_ON_READ,",
    "COPY_ON_WRITE,nationality",
    "MERGE_ON_READ,nationality"
  })
  void theFirstCommitIsWrittenInBulkAndLaterOnesFindItsRows(TableType type, String partition)
      throws Exception {
    TableConfig table =
        table("t", type, partition == null ? List.of() : List.of(partition), DeleteMode.SOFT);
    for (int id = 0; id < ROWS; id++) {
      log.change("r", id, "first", id % 2 == 0 ? "French" : "Dutch", id, null);
    }
    log.land();
    log.change("u", 7, "second", "Dutch", 7, 8).delete(9).land();
    ingest(table);

    assertThat(operations(table)).containsExactly(WriteOperationType.BULK_INSERT);
    assertThat(rows(table))
        .hasSize(ROWS)
        .contains("7|second|Dutch|7|8|u|false", "9|null|null|null|null|d|true")
        .contains("10|first|French|10|null|r|false");
    List<String> before = rows(table);
    long files = baseFiles(table);
    LastCommit commit = lastCommit(table);
    assertThat(commit.rows()).isEqualTo(ROWS);
    assertThat(commit.newestSource()).contains(Instant.ofEpochMilli(1_700_000_000_000L));

    for (int id = 0; id < ROWS; id++) {
      log.change("u", id, "third", "French", id, null);
    }
    log.land();
    ingest(table);
    assertThat(operations(table))
        .containsExactly(WriteOperationType.BULK_INSERT, WriteOperationType.UPSERT);
    assertThat(rows(table))
        .hasSize(ROWS)
        .allMatch(row -> row.endsWith("|third|French|" + row.split("\\|")[0] + "|null|u|false"));
    if (partition == null && type == TableType.MERGE_ON_READ) {
      assertThat(baseFiles(table)).as("updates went to logs of the same files").isEqualTo(files);
    }
    assertThat(
            rows(
                spark
                    .read()
                    .format("hudi")
                    .option("as.of.instant", instants(table).get(0))
                    .load(location(table))))
        .isEqualTo(before);
    assertThat(
            spark
                .read()
                .format("hudi")
                .option("hoodie.datasource.query.type", "incremental")
                .option("hoodie.datasource.read.begin.instanttime", "0")
                .load(location(table))
                .count())
        .isEqualTo(ROWS);
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void aRowThatIsGoneAlreadyIsNotWritten(TableType type) throws Exception {
    TableConfig table = table("t", type, List.of(), DeleteMode.HARD);
    log.change("r", 1, "A", "French", 1, null).change("r", 2, "B", null, 1, null).delete(1).land();
    ingest(table);

    assertThat(rows(table)).containsExactly("2|B|null|1|null|r|false");
    assertThat(operations(table)).containsExactly(WriteOperationType.BULK_INSERT);
    log.delete(2).change("c", 3, "C", null, 1, null).land();
    ingest(table);
    assertThat(rows(table)).containsExactly("3|C|null|1|null|c|false");
  }

  @Test
  void aTableThatBeginsWithDeletedRowsAloneIsEmptyAndGoesOn() throws Exception {
    TableConfig table = table("t", TableType.COPY_ON_WRITE, List.of(), DeleteMode.HARD);
    log.change("c", 1, "A", "French", 1, null).delete(1).land();
    ingest(table);
    assertThat(lastCommit(table).position().of(0)).hasValue(2);
    log.change("c", 1, "B", "French", 1, null).land();
    ingest(table);
    assertThat(rows(table)).containsExactly("1|B|French|1|null|c|false");
  }

  /** A type of key, with values of it. */
  private record Key(String name, Schema type, List<Object> values) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Key> keys() {
    Schema decimal = LogicalTypes.decimal(10, 2).addToSchema(Schema.create(Schema.Type.BYTES));
    return Stream.of(
        new Key("int", Schema.create(Schema.Type.INT), List.of(-1, 0, 7)),
        new Key("long", Schema.create(Schema.Type.LONG), List.of(-1L, 1L << 40)),
        new Key("text", Schema.create(Schema.Type.STRING), List.of("a:b,c", "é/%", "null")),
        new Key("boolean", Schema.create(Schema.Type.BOOLEAN), List.of(true, false)),
        new Key("double", Schema.create(Schema.Type.DOUBLE), List.of(1.0, 1e20)),
        new Key("decimal", decimal, List.of(bytes("1.50"), bytes("-20.00"))),
        new Key(
            "bytes",
            Schema.create(Schema.Type.BYTES),
            List.of(ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {-1}))),
        new Key(
            "date", meaning(Schema.Type.INT, "io.debezium.time.Date"), List.of(-800_000, 20_000)),
        new Key(
            "timestamp",
            meaning(Schema.Type.LONG, "io.debezium.time.MicroTimestamp"),
            List.of(-1L, 1_700_000_000_123_456L)));
  }

  private static ByteBuffer bytes(String decimal) {
    return ByteBuffer.wrap(new BigDecimal(decimal).unscaledValue().toByteArray());
  }

  private static Schema meaning(Schema.Type type, String name) {
    Schema schema = Schema.create(type);
    schema.addProp("connect.name", name);
    return schema;
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyOfAnyTypeIsFoundAgain(Key key) throws Exception {
    Schema schema =
        SchemaBuilder.record("Value")
            .fields()
            .name("artist_id")
            .type(key.type())
            .noDefault()
            .optionalString("name")
            .optionalString("__op")
            .optionalString("__deleted")
            .requiredLong("__offset")
            .requiredLong("__kafka_timestamp")
            .endRecord();
    TableConfig table = table("t", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
    List<String> expected = new ArrayList<>();
    for (String name : List.of("first", "second")) {
      for (Object value : key.values()) {
        log.message(
            schema, Map.of("artist_id", value, "name", name, "__op", "u", "__deleted", "false"));
      }
      log.land();
      ingest(table);
    }
    key.values().forEach(value -> expected.add("second"));
    assertThat(spark.read().format("hudi").load(location(table)).select("name").collectAsList())
        .extracting(Row::toString)
        .isEqualTo(expected.stream().map("[%s]"::formatted).toList());
  }

  /** What is written by row, others must be able to read and to write anew. */
  @ParameterizedTest
  @EnumSource(TableType.class)
  void valuesWithPartsStayWhatTheyAre(TableType type) throws Exception {
    Schema texts = Schema.createArray(optional(Schema.create(Schema.Type.STRING)));
    Schema numbers = Schema.createArray(optional(Schema.create(Schema.Type.LONG)));
    Schema amounts =
        Schema.createArray(
            optional(LogicalTypes.decimal(10, 2).addToSchema(Schema.create(Schema.Type.BYTES))));
    Schema pairs = Schema.createMap(optional(Schema.create(Schema.Type.STRING)));
    Schema point =
        SchemaBuilder.record("Point").fields().requiredDouble("x").optionalDouble("y").endRecord();
    Schema schema =
        SchemaBuilder.record("Value")
            .fields()
            .requiredInt("artist_id")
            .optionalString("name")
            .name("texts")
            .type(texts)
            .noDefault()
            .name("numbers")
            .type(numbers)
            .noDefault()
            .name("amounts")
            .type(amounts)
            .noDefault()
            .name("pairs")
            .type(pairs)
            .noDefault()
            .name("point")
            .type(point)
            .noDefault()
            .optionalString("__op")
            .optionalString("__deleted")
            .requiredLong("__offset")
            .requiredLong("__kafka_timestamp")
            .endRecord();
    GenericRecord place = new GenericData.Record(point);
    place.put("x", 1.5);
    Map<String, String> attributes = new HashMap<>();
    attributes.put("a", "1");
    attributes.put("none", null);
    TableConfig table = table("t", type, List.of(), DeleteMode.SOFT);
    for (int round = 0; round < 3; round++) {
      for (int id = 0; id < (round == 0 ? 20 : 2); id++) {
        Map<String, Object> values = new HashMap<>();
        values.put("artist_id", id);
        values.put("name", "round " + round);
        values.put("texts", Arrays.asList("x", null, ""));
        values.put("numbers", Arrays.asList(1L, null));
        values.put("amounts", Arrays.asList(bytes("1.50"), null));
        values.put("pairs", attributes);
        values.put("point", place);
        values.put("__op", "u");
        values.put("__deleted", "false");
        log.message(schema, values);
      }
      log.land();
      ingest(table);
    }
    compact(table);
    assertThat(operations(table).get(0)).isEqualTo(WriteOperationType.BULK_INSERT);
    List<String> rows =
        spark
            .read()
            .format("hudi")
            .load(location(table))
            .orderBy("artist_id")
            .selectExpr("to_json(struct(artist_id, texts, numbers, amounts, pairs, point))")
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    for (int id = 0; id < 20; id++) {
      assertThat(rows.get(id))
          .isEqualTo(
              "{\"artist_id\":"
                  + id
                  + ",\"texts\":[\"x\",null,\"\"],\"numbers\":[1,null],\"amounts\":[1.50,null],"
                  + "\"pairs\":{\"a\":\"1\",\"none\":null},\"point\":{\"x\":1.5}}");
    }
  }

  private void compact(TableConfig table) {
    HudiTable hudi =
        new HudiTable(spark, new TableSpec(table, location(table), List.of("artist_id")));
    new TableServices(hudi, Clock.systemUTC(), ServicesConfig.DEFAULTS, Runnable::run).runAll();
  }

  private static Schema optional(Schema schema) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
  }

  @Test
  void theFirstCommitMayBeLargerThanTheOthers() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    for (int id = 0; id < 6; id++) {
      log.change("r", id, "A", "French", 1, null).land();
    }
    ingest(new CommitLimits(1, 1 << 20, 1, 4), table);
    assertThat(written(table)).containsExactly(4L, 1L, 1L);
    assertThat(rows(table)).hasSize(6);
  }

  /** Hudi's writer makes the one that has a global index, and is not written in bulk. */
  @ParameterizedTest
  @CsvSource({
    "COPY_ON_WRITE, SOFT,",
    "MERGE_ON_READ, HARD,",
    "COPY_ON_WRITE, HARD, nationality",
    "MERGE_ON_READ, HARD, nationality name"
  })
  void aTableHasTheSamePropertiesHoweverItBegins(
      TableType type, DeleteMode deletes, String partition) throws Exception {
    List<String> partitions = partition == null ? List.of() : List.of(partition.split(" "));
    TableConfig bulk = table("bulk", type, partitions, deletes);
    TableConfig upsert = table("upsert", type, partitions, deletes);
    upsert =
        new TableConfig(
            upsert.topic(),
            upsert.database(),
            upsert.table(),
            upsert.settings().with(new IndexConfig(IndexKind.GLOBAL, OptionalInt.empty())));
    log.change("r", 1, "A", "French", 1900, null).land();
    ingest(bulk, upsert);
    assertThat(operations(bulk)).containsExactly(WriteOperationType.BULK_INSERT);
    assertThat(operations(upsert)).containsExactly(WriteOperationType.UPSERT);
    assertThat(properties(bulk)).isEqualTo(properties(upsert));
  }

  private Map<Object, Object> properties(TableConfig table) throws IOException {
    Properties properties = new Properties();
    Path file = Path.of(URI.create(location(table))).resolve(".hoodie/hoodie.properties");
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    properties.keySet().removeAll(List.of("hoodie.table.name", "hoodie.table.checksum"));
    return new TreeMap<>(properties);
  }

  private void ingest(CommitLimits limits, TableConfig table) throws InterruptedException {
    LakeConfig config = config(limits, LakeConfig.usualKeysInMemory(), table);
    new IngestJob(config, spark, Clock.systemUTC(), true).run();
  }

  private LastCommit lastCommit(TableConfig table) {
    return new TableTimeline(
            table.name(), location(table), spark.sparkContext().hadoopConfiguration())
        .lastCommit(TOPIC)
        .orElseThrow();
  }

  private List<WriteOperationType> operations(TableConfig table) {
    return commits(table).stream().map(commit -> commit.getOperationType()).toList();
  }

  private List<Long> written(TableConfig table) {
    return commits(table).stream().map(commit -> commit.fetchTotalRecordsWritten()).toList();
  }

  private List<HoodieCommitMetadata> commits(TableConfig table) {
    var timeline =
        HoodieTableMetaClient.builder()
            .setConf(
                HadoopFSUtils.getStorageConfWithCopy(spark.sparkContext().hadoopConfiguration()))
            .setBasePath(location(table))
            .build()
            .getCommitsTimeline()
            .filterCompletedInstants();
    List<HoodieCommitMetadata> commits = new ArrayList<>();
    for (HoodieInstant instant : timeline.getInstants()) {
      try {
        commits.add(TimelineUtils.getCommitMetadata(instant, timeline));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    return commits;
  }

  private long baseFiles(TableConfig table) throws Exception {
    try (Stream<Path> files = Files.walk(Path.of(URI.create(location(table))))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }
}
