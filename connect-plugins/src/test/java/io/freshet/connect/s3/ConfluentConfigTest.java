package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.apicurio.registry.utils.converter.avro.AvroData;
import io.freshet.connect.AvroMessages;
import io.freshet.connect.ParquetMessages;
import io.freshet.schemas.LandingKey;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** A museum's pipeline for Confluent's sink, with nothing changed but {@code connector.class}. */
class ConfluentConfigTest extends TaskFixture {
  private static final Map<String, String> PIPELINE =
      Map.ofEntries(
          Map.entry("name", "moma-sink"),
          Map.entry("connector.class", S3SinkConnector.class.getName()),
          Map.entry("tasks.max", "1"),
          Map.entry("topics.regex", "moma.public.(.*)"),
          Map.entry("s3.region", "us-east-1"),
          Map.entry("s3.part.size", "5242880"),
          Map.entry("flush.size", "10000"),
          Map.entry("rotate.schedule.interval.ms", "60000"),
          Map.entry("timezone", "UTC"),
          Map.entry("locale", "en-US"),
          Map.entry("storage.class", "io.confluent.connect.s3.storage.S3Storage"),
          Map.entry("format.class", "io.confluent.connect.s3.format.avro.AvroFormat"),
          Map.entry(
              "partitioner.class", "io.confluent.connect.storage.partitioner.DefaultPartitioner"),
          Map.entry("schema.compatibility", "NONE"),
          Map.entry("behavior.on.null.values", "ignore"),
          Map.entry("key.converter", "io.apicurio.registry.utils.converter.AvroConverter"),
          Map.entry(
              "key.converter.apicurio.registry.url", "http://127.0.0.1:8081/apis/registry/v2"),
          Map.entry("value.converter", "io.apicurio.registry.utils.converter.AvroConverter"),
          Map.entry(
              "value.converter.apicurio.registry.url", "http://127.0.0.1:8081/apis/registry/v2"));

  private static String[] pairs() {
    Map<String, String> complete = new HashMap<>(PIPELINE);
    complete.put("registry.url", null);
    return complete.entrySet().stream()
        .flatMap(pair -> Stream.of(pair.getKey(), pair.getValue()))
        .toArray(String[]::new);
  }

  private static Schema artists() throws IOException {
    try (InputStream in =
        ConfluentConfigTest.class.getResourceAsStream(
            "/io/freshet/schemas/moma/artists-value.avsc")) {
      return new Schema.Parser().parse(in);
    }
  }

  private static GenericRecord artist(Schema schema, int id) {
    GenericRecord artist = new GenericData.Record(schema);
    artist.put("artist_id", id);
    artist.put("name", "Artist " + id);
    artist.put("birth_year", 1900 + id);
    artist.put("__lsn", 25_262_288L + id);
    return artist;
  }

  @Test
  void isAccepted() {
    Map<String, String> properties = new HashMap<>(s3.properties("http://unused"));
    properties.remove("registry.url");
    properties.putAll(PIPELINE);
    List<ConfigValue> values = new S3SinkConnector().validate(properties).configValues();
    assertThat(values)
        .allSatisfy(value -> assertThat(value.errorMessages()).as(value.name()).isEmpty());
  }

  @Test
  void whatIsNotUsedIsSaid() {
    assertThat(UnusedProperties.messages(PIPELINE))
        .containsExactly(
            "locale=en-US is not used: the default partitioner formats no time",
            "storage.class=io.confluent.connect.s3.storage.S3Storage is not used: files are put"
                + " into S3 by this connector's own client");
  }

  @Test
  void landsWhatPassThroughLands() throws IOException {
    Schema schema = artists();
    AvroData converter = new AvroData(10);
    TestWorker worker = worker(pairs());
    TestTopic decoded = topic;
    for (int i = 0; i < 3; i++) {
      SchemaAndValue data = converter.toConnectData(schema, artist(schema, i));
      decoded.value(i, data.schema(), data.value());
    }
    worker.assign(0, decoded.value(3, null));
    worker.poll(100);
    assertThat(log().positions()).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    worker.poll(100);
    LandedLog ofData = log();
    assertThat(ofData.offsets()).containsExactly(0L, 1L, 2L);
    assertThat(ofData.metadata()).extracting("schemaId", "next").containsExactly(tuple(-1L, 4L));

    newTopic();
    registry.content(77, schema);
    for (int i = 0; i < 3; i++) {
      topic.value(i, AvroMessages.framed(77, AvroMessages.body(schema, artist(schema, i))));
    }
    TestWorker passThrough = worker("flush.size", "3");
    passThrough.assign(0, topic);
    passThrough.poll(100);
    LandedLog ofBytes = log();
    assertThat(ofData.rows()).isEqualTo(ofBytes.rows());
    Schema landed = ofData.rows().get(0).getSchema();
    assertThat(landed).isEqualTo(ofBytes.rows().get(0).getSchema());
    assertThat(landed.getProp("connect.name")).isEqualTo("moma.public.artists.Value");
    assertThat(landed.getField("__offset")).isNotNull();
  }

  /** As in the pipeline's other variant, which lands Parquet. */
  private static String[] parquetPairs() {
    List<String> pairs = new ArrayList<>(Arrays.asList(pairs()));
    pairs.addAll(
        List.of(
            "format.class",
            "io.confluent.connect.s3.format.parquet.ParquetFormat",
            "parquet.codec",
            "gzip",
            "flush.size",
            "300"));
    return pairs.toArray(String[]::new);
  }

  @Test
  void itsParquetVariantLandsTheSameRows() throws IOException {
    Schema schema = artists();
    AvroData converter = new AvroData(10);
    for (int i = 0; i < 301; i++) {
      SchemaAndValue data = converter.toConnectData(schema, artist(schema, i));
      topic.value(i, data.schema(), data.value());
    }
    TestWorker worker = worker(parquetPairs());
    worker.assign(0, topic);
    worker.poll(1_000);
    assertThat(log().keys()).extracting(LandingKey::extension).containsExactly("parquet");
    assertThat(log().metadata()).extracting("records", "next").containsExactly(tuple(300L, 300L));
    clock.advance(Duration.ofMinutes(1));
    worker.poll(1_000);
    LandedLog parquet = log();
    assertThat(parquet.offsets()).isEqualTo(range(0, 301));
    assertThat(
            ParquetMessages.readFooter(s3.read(parquet.keys().get(0).key()))
                .getFileMetaData()
                .getKeyValueMetaData())
        .containsAllEntriesOf(parquet.metadata().get(0).toMap());

    TestTopic same = topic;
    newTopic();
    same.fetch(0, 301)
        .forEach(record -> topic.value(record.kafkaOffset(), record.valueSchema(), record.value()));
    TestWorker avro = worker(pairs());
    avro.assign(0, topic);
    avro.poll(1_000);
    avro.revoke(topic);
    assertThat(parquet.rows()).isEqualTo(log().rows());
  }

  @Test
  void theParquetVariantIsAccepted() {
    Map<String, String> properties = new HashMap<>(s3.properties("http://unused"));
    properties.remove("registry.url");
    String[] pairs = parquetPairs();
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i + 1] != null) {
        properties.put(pairs[i], pairs[i + 1]);
      }
    }
    assertThat(new S3SinkConnector().validate(properties).configValues())
        .allSatisfy(value -> assertThat(value.errorMessages()).as(value.name()).isEmpty());
  }

  @Test
  void aSchemaThatParquetCantHoldIsABadRecord() {
    registry.content(
        81,
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Node", "fields": [
                  {"name": "next", "type": ["null", "Node"]}]}
                """));
    TestWorker worker = worker("format.class", "parquet");
    worker.assign(0, topic.value(0, AvroMessages.framed(81, new byte[] {0})));
    assertThatThrownBy(() -> worker.poll(10))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(topic.partition() + ", offset 0: Parquet can't hold the field")
        .hasMessageContaining("which contains itself")
        .hasMessageContaining("set format.class to avro or json");
  }

  @Test
  void anotherSchemaBeginsAnotherFileAndAnEqualOneDoesNot() {
    TestWorker worker = worker(pairs());
    Struct first = struct("a", 1);
    Struct equal = struct("a", 2);
    Struct other = struct("b", 3);
    worker.assign(
        0,
        topic
            .value(0, first.schema(), first)
            .value(1, equal.schema(), equal)
            .value(2, other.schema(), other));
    worker.poll(100);
    assertThat(log().positions()).containsExactly(0L);
    assertThat(log().offsets()).containsExactly(0L, 1L);
    clock.advance(Duration.ofMinutes(1));
    worker.poll(100);
    assertThat(log().rows()).extracting(row -> row.get(0)).containsExactly(1, 2, 3);
  }

  private static Struct struct(String field, int value) {
    return new Struct(
            SchemaBuilder.struct()
                .name("moma.Value")
                .field(field, org.apache.kafka.connect.data.Schema.INT32_SCHEMA)
                .build())
        .put(field, value);
  }

  @Test
  void bytesWithoutARegistryNameTheFix() {
    TestWorker worker = worker(pairs());
    worker.assign(0, topic.row(0));
    assertThatThrownBy(() -> worker.poll(100))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(topic.partition() + ", offset 0: the value came as bytes")
        .hasMessageContaining("set registry.url");
  }

  @Test
  void aValueWithoutASchemaNamesTheFix() {
    TestWorker worker = worker(pairs());
    worker.assign(0, topic.value(0, Map.of("id", 1)));
    assertThatThrownBy(() -> worker.poll(100))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("without a schema, which Avro needs; set value.converter");
  }
}
