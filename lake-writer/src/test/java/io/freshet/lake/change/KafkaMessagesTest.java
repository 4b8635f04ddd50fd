package io.freshet.lake.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.freshet.lake.config.BareNumeric;
import io.freshet.lake.source.AvroMessage;
import io.freshet.lake.source.MessageIds;
import io.freshet.lake.source.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Messages as Kafka has them, of which some can't be read. */
class KafkaMessagesTest {
  private static final Schema VALUE =
      SchemaBuilder.record("Value")
          .fields()
          .requiredInt("id")
          .optionalString("name")
          .requiredString("__op")
          .requiredString("__deleted")
          .endRecord();

  private static SparkSession spark;
  private static HttpServer server;

  @BeforeAll
  static void start() throws Exception {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .config("spark.kryo.registrator", "org.apache.spark.HoodieSparkKryoRegistrar")
            .getOrCreate();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/apis/ccompat/v7/schemas/ids/",
        exchange -> {
          boolean known = exchange.getRequestURI().getPath().endsWith("/1");
          byte[] body =
              ("{\"schema\":\"" + VALUE.toString().replace("\"", "\\\"") + "\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 404, known ? body.length : -1);
          if (known) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
    spark.stop();
  }

  private static byte[] framed(int schemaId, byte[] body, int length) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(bytes);
    data.write(0);
    data.writeInt(schemaId);
    data.write(body, 0, length);
    return bytes.toByteArray();
  }

  private static byte[] body(int id, String name) throws Exception {
    GenericRecord record =
        new GenericRecordBuilder(VALUE)
            .set("id", id)
            .set("name", name)
            .set("__op", "c")
            .set("__deleted", "false")
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(VALUE).write(record, encoder);
    return bytes.toByteArray();
  }

  @Test
  void unreadableMessagesAreToldFromTheOthers() throws Exception {
    byte[] body = body(1, "A");
    byte[] longer = new byte[body.length + 3];
    System.arraycopy(body, 0, longer, 0, body.length);
    List<byte[]> values =
        List.of(
            framed(1, body, body.length),
            "{\"id\": 2}".getBytes(StandardCharsets.UTF_8), // no Avro
            framed(9, body, body.length), // a schema that nobody knows
            framed(1, body, body.length - 4), // cut off
            framed(1, longer, longer.length), // more than its schema says
            new byte[0],
            framed(1, body(7, "G"), body.length));
    List<AvroMessage> messages = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      messages.add(
          AvroMessage.of(
              new ConsumerRecord<byte[], byte[]>("t", 2, i, null, values.get(i)),
              MessageIds.CONTENT_ID_4));
    }
    KafkaMessages reader =
        new KafkaMessages(
            JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(messages, 1),
            true,
            new SchemaRegistry(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
            new SchemaCache());
    try (ChangeBatch batch =
        new ChangeBatch(spark, reader, Unavailable.DEBEZIUM, BareNumeric.DECIMAL)) {
      StructType schema = batch.schema("t", new StructType(), List.of("id"));
      List<BadRecord> bad =
          batch.badRecords(schema, List.of("id"), Quarantined.NONE, Integer.MAX_VALUE);
      assertThat(bad).extracting(BadRecord::offset).containsExactly(1L, 2L, 3L, 4L, 5L);
      assertThat(bad).extracting(BadRecord::partition).containsOnly(2);
      assertThat(bad)
          .extracting(BadRecord::reason)
          .satisfiesExactly(
              reason -> assertThat(reason).contains("no Avro message", "begins with 0x7b"),
              reason -> assertThat(reason).contains("no schema with the content id 9"),
              reason -> assertThat(reason).contains("not of the schema with the id 1"),
              reason -> assertThat(reason).contains("not of the schema with the id 1"),
              reason -> assertThat(reason).contains("no Avro message", "0 bytes"));
      for (BadRecord record : bad) {
        assertThat(record.raw()).isEqualTo(values.get((int) record.offset()));
      }
      Quarantined known = Quarantined.NONE.plus(bad);
      assertThat(
              batch
                  .rows(schema, List.of("id"), known, Optional.empty())
                  .select("id", "name", "__offset")
                  .orderBy("id")
                  .collectAsList()
                  .stream()
                  .map(Row::toString))
          .containsExactly("[1,A,0]", "[7,G,6]");
      assertThat(batch.badRecords(schema, List.of("id"), known, 1)).isEmpty();
    }
  }
}
