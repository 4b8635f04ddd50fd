package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.Schema;
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

/** Topics of Avro messages in the registry's framing, written by a plain producer. */
final class AvroTopics implements AutoCloseable {
  /** A row that says where it belongs: n is its offset, as the one producer of its partition. */
  private static final Schema ROW =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Value", "namespace": "workers", "fields": [
                {"name": "n", "type": "long"},
                {"name": "text", "type": ["null", "string"], "default": null}]}
              """);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Admin admin;
  private final int schemaId;
  private final AtomicReference<Exception> failed = new AtomicReference<>();

  AvroTopics(Pipeline pipeline) throws Exception {
    Map<String, Object> brokers =
        Map.of("bootstrap.servers", pipeline.env("FRESHET_KAFKA_BOOTSTRAP_SERVERS"));
    producer = new KafkaProducer<>(brokers, new ByteArraySerializer(), new ByteArraySerializer());
    admin = Admin.create(brokers);
    schemaId = register(pipeline.env("FRESHET_REGISTRY_URL"));
  }

  /** Registers the schema; the id is the one that messages carry. */
  private static int register(String registry) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(registry + "/apis/ccompat/v7/subjects/workers-value/versions"))
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            Connectors.JSON
                                .createObjectNode()
                                .put("schema", ROW.toString())
                                .toString()))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Connectors.JSON.readTree(answer.body()).path("id").asInt();
  }

  void create(String topic, int partitions) throws Exception {
    admin
        .createTopics(Set.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
        .all()
        .get();
  }

  void send(String topic, int partition, long n) {
    send(topic, partition, message(schemaId, n));
  }

  void send(String topic, int partition, byte[] message) {
    producer.send(
        new ProducerRecord<>(topic, partition, null, message),
        (written, failure) -> {
          if (failure != null) {
            failed.compareAndSet(null, failure);
          }
        });
  }

  /** {@code 00}, the schema's id, the row. */
  byte[] message(long n) {
    return message(schemaId, n);
  }

  static byte[] message(int schemaId, long n) {
    GenericRecord row = new GenericData.Record(ROW);
    row.put("n", n);
    row.put("text", "row " + n);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
    try {
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<>(ROW).write(row, encoder);
      encoder.flush();
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
    return out.toByteArray();
  }

  /** Waits until everything sent is acknowledged. */
  void flush() {
    producer.flush();
    if (failed.get() != null) {
      throw new IllegalStateException("a message was not written", failed.get());
    }
  }

  /** How the members of a consumer group share its partitions. */
  String assignor(String group) throws ExecutionException, InterruptedException {
    return admin.describeConsumerGroups(Set.of(group)).all().get().get(group).partitionAssignor();
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
