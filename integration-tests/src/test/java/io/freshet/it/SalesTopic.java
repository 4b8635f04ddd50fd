package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic of flattened changes of fourteen columns, as Debezium and the registry's converter would
 * write them, but faster.
 */
final class SalesTopic implements AutoCloseable {
  private static final Schema KEY =
      SchemaBuilder.record("Key").namespace("sales").fields().requiredInt("id").endRecord();
  private static final Schema VALUE =
      SchemaBuilder.record("Value")
          .namespace("sales")
          .fields()
          .requiredInt("id")
          .optionalInt("customer")
          .optionalInt("store")
          .optionalInt("film")
          .optionalString("title")
          .optionalString("category")
          .optionalString("city")
          .optionalString("country")
          .optionalDouble("amount")
          .optionalLong("rented")
          .optionalLong("returned")
          .optionalInt("duration")
          .optionalString("staff")
          .optionalString("note")
          .optionalString("__deleted")
          .optionalString("__op")
          .optionalString("__db")
          .optionalString("__schema")
          .optionalString("__table")
          .optionalLong("__lsn")
          .optionalLong("__source_ts_ms")
          .endRecord();

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final int keyId;
  private final int valueId;
  private final Random random = new Random(14);

  SalesTopic(Pipeline pipeline, String topic) throws Exception {
    this.topic = topic;
    Map<String, Object> brokers =
        Map.of(
            "bootstrap.servers",
            pipeline.env("FRESHET_KAFKA_BOOTSTRAP_SERVERS"),
            "linger.ms",
            "20",
            "batch.size",
            "262144");
    try (Admin admin = Admin.create(brokers)) {
      admin.createTopics(Set.of(new NewTopic(topic, Optional.of(1), Optional.empty()))).all().get();
    }
    this.producer =
        new KafkaProducer<>(brokers, new ByteArraySerializer(), new ByteArraySerializer());
    String registry = pipeline.env("FRESHET_REGISTRY_URL");
    this.keyId = register(registry, topic + "-key", KEY);
    this.valueId = register(registry, topic + "-value", VALUE);
  }

  private static int register(String registry, String subject, Schema schema) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(registry + "/apis/ccompat/v7/subjects/" + subject + "/versions"))
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            Connectors.JSON
                                .createObjectNode()
                                .put("schema", schema.toString())
                                .toString()))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Connectors.JSON.readTree(answer.body()).path("id").asInt();
  }

  /**
   * Writes one change.
   *
   * @param op Debezium's operation
   */
  void send(String op, int id, long number) throws IOException {
    GenericRecord key = new GenericData.Record(KEY);
    key.put("id", id);
    GenericRecord value = new GenericData.Record(VALUE);
    value.put("id", id);
    value.put("customer", random.nextInt(600_000));
    value.put("store", random.nextInt(500));
    value.put("film", random.nextInt(1_000));
    value.put("title", "Title of film " + random.nextInt(1_000));
    value.put("category", "Category " + random.nextInt(16));
    value.put("city", "City " + random.nextInt(600));
    value.put("country", "Country " + random.nextInt(109));
    value.put("amount", random.nextInt(1_200) / 100.0);
    value.put("rented", 1_600_000_000_000_000L + random.nextInt(1_000_000_000));
    value.put("returned", 1_700_000_000_000_000L + random.nextInt(1_000_000_000));
    value.put("duration", 3 + random.nextInt(5));
    value.put("staff", "Staff " + random.nextInt(50));
    value.put("note", op.equals("u") ? "updated " + number : null);
    value.put("__deleted", "false");
    value.put("__op", op);
    value.put("__db", "sales");
    value.put("__schema", "public");
    value.put("__table", "sales");
    value.put("__lsn", number);
    value.put("__source_ts_ms", 1_760_000_000_000L);
    producer.send(
        new ProducerRecord<>(topic, 0, message(keyId, KEY, key), message(valueId, VALUE, value)));
  }

  private static byte[] message(int id, Schema schema, GenericRecord row) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    out.write(0);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    new GenericDatumWriter<>(schema).write(row, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
