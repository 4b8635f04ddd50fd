package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Files as Confluent's S3 sink writes them: their names are all that they say of their place. */
class ConfluentFilesTest extends JobFixture {
  private static final Schema MESSAGE = message();

  private static Schema message() {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : TestLog.ARTIST.getFields()) {
      if (!field.name().equals("__offset") && !field.name().equals("__kafka_timestamp")) {
        fields.add(new Schema.Field(field, field.schema()));
      }
    }
    Schema schema = Schema.createRecord("Value", null, "moma.public.artists", false);
    schema.setFields(fields);
    return schema;
  }

  private static GenericRecord change(String op, int id, String name) {
    GenericRecord record = new GenericData.Record(MESSAGE);
    record.put("artist_id", id);
    record.put("name", name);
    record.put("__op", op);
    record.put("__deleted", Boolean.toString(op.equals("d")));
    return record;
  }

  private Path land(int partition, long start, GenericRecord... records) throws IOException {
    Path file =
        folder.resolve(
            "topics/%s/partition=%d/%s+%d+%010d.avro"
                .formatted(TOPIC, partition, TOPIC, partition, start));
    Files.createDirectories(file.getParent());
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(MESSAGE))) {
      writer.create(MESSAGE, file.toFile());
      for (GenericRecord record : records) {
        writer.append(record);
        writer.sync(); // A block for each: they are counted by blocks.
      }
    }
    return file;
  }

  private void ingest(String layout) throws InterruptedException {
    LakeConfig config =
        new ConfigLoader(Map.of())
            .parse(
                """
                lake:
                  warehouse: %s
                source:
                  root: %s
                  layout: %s
                registry: %s
                tables:
                  - topic: %s
                    database: moma
                    table: t
                """
                    .formatted(
                        folder.resolve("warehouse").toUri(),
                        folder.resolve("topics").toUri(),
                        layout,
                        registry.uri(),
                        TOPIC));
    new IngestJob(config, spark, Clock.systemUTC(), true).run();
  }

  private List<String> stored() {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    return spark
        .read()
        .format("hudi")
        .load(location(table))
        .orderBy("artist_id")
        .select("artist_id", "name", "__op", "__partition", "__offset")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  @Test
  void theirOrderIsThatOfNamesAndPlaces() throws Exception {
    land(0, 0, change("c", 1, "A"), change("u", 1, "A2"), change("c", 2, "B"));
    // Behind a gap, as a transaction's marker leaves it.
    land(0, 7, change("u", 1, "A3"), change("d", 2, ""));
    land(1, 100, change("c", 3, "C"));
    ingest("confluent");
    assertThat(stored()).containsExactly("[1,A3,u,0,7]", "[2,null,d,0,8]", "[3,C,c,1,100]");
    ingest("confluent");
    // Beyond what sorts by its text without the zeros.
    land(0, 1_000, change("c", 2, "again"), change("u", 1, "A4"));
    ingest("confluent");
    assertThat(stored()).containsExactly("[1,A4,u,0,1001]", "[2,again,c,0,1000]", "[3,C,c,1,100]");
    assertThat(instants(table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT)))
        .hasSize(2);
  }

  @Test
  void filesThatOverlapAreRefused() throws Exception {
    land(0, 0, change("c", 1, "A"), change("c", 2, "B"), change("c", 3, "C"));
    land(0, 2, change("c", 3, "C"), change("c", 4, "D"));
    assertThatThrownBy(() -> ingest("confluent"))
        .hasMessageContaining("+0+0000000002.avro starts at offset 2")
        .hasMessageContaining("the records before it reach up to 2");
  }

  @Test
  void eachLayoutKnowsTheOthersFiles() throws Exception {
    land(0, 0, change("c", 1, "A"));
    assertThatThrownBy(() -> ingest("freshet")).hasMessageContaining("source.layout: confluent");
    Files.delete(
        folder.resolve("topics/%s/partition=0/%s+0+0000000000.avro".formatted(TOPIC, TOPIC)));
    log.change("c", 1, "A", null, 1, null).land();
    assertThatThrownBy(() -> ingest("confluent")).hasMessageContaining("source.layout: freshet");
  }
}
