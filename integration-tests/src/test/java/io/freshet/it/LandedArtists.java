package io.freshet.it;

import io.freshet.schemas.LandingMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** Files of changes as the sink lands them, for suites that need no database and no Kafka. */
final class LandedArtists {
  private static final Schema KEY =
      SchemaBuilder.record("Key").namespace("artists").fields().requiredInt("id").endRecord();
  private static final Schema SCHEMA =
      SchemaBuilder.record("Value")
          .namespace("artists")
          .fields()
          .requiredInt("id")
          .optionalString("name")
          .optionalString("__op")
          .optionalString("__deleted")
          .requiredLong("__offset")
          .requiredLong("__kafka_timestamp")
          .endRecord();

  private final List<GenericRecord> waiting = new ArrayList<>();
  private long offset;
  private long position;

  /**
   * A file to land.
   *
   * @param position where it starts in its Kafka partition
   * @param metadata what it says of itself, also in its header
   * @param content Avro
   */
  record LandedFile(long position, LandingMetadata metadata, byte[] content) {}

  /** Registers the key's schema of a topic with these changes. */
  static void registerKey(String registry, String topic) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(registry + "/apis/ccompat/v7/subjects/" + topic + "-key/versions"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    Connectors.JSON.createObjectNode().put("schema", KEY.toString()).toString()))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
  }

  LandedArtists upsert(int id, String name) {
    return change("u", id, name);
  }

  LandedArtists delete(int id) {
    return change("d", id, "");
  }

  private LandedArtists change(String op, int id, String name) {
    GenericRecord record = new GenericData.Record(SCHEMA);
    record.put("id", id);
    record.put("name", name);
    record.put("__op", op);
    record.put("__deleted", Boolean.toString(op.equals("d")));
    record.put("__offset", offset++);
    record.put("__kafka_timestamp", 1_700_000_000_000L);
    waiting.add(record);
    return this;
  }

  /** What is waiting, as the log's next file. */
  LandedFile next() throws IOException {
    LandingMetadata metadata =
        new LandingMetadata(offset, waiting.size(), 1, UUID.randomUUID(), 1, 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(SCHEMA))) {
      metadata.toMap().forEach(writer::setMeta);
      writer.create(SCHEMA, bytes);
      for (GenericRecord record : waiting) {
        writer.append(record);
      }
    }
    LandedFile file = new LandedFile(position, metadata, bytes.toByteArray());
    waiting.clear();
    position = offset;
    return file;
  }
}
