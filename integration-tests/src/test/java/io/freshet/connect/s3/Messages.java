package io.freshet.connect.s3;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Messages of one size, as Debezium writes them flattened: a museum's artworks, of 13 fields, one
 * of them a decimal; or of a wider table, which has its six columns several times.
 *
 * @param registry the registry's base URL, which has their schema
 * @param schema their schema
 * @param messages with the schema's id before each body
 */
record Messages(String registry, Schema schema, byte[][] messages) {
  /** Names the running registry to the JVMs that are forked. */
  static final String REGISTRY = "freshet.benchmark.registry";

  private static final int DIFFERENT = 1_000;

  /** Columns of the table, before the fields that Debezium adds. */
  private static final int COLUMNS = 6;

  private static final int ADDED = 7;

  /**
   * @param bytes length of a message, its prefix included
   * @param sets how often the six columns of the museum's table are there
   */
  static Messages ofBytes(int bytes, int sets) {
    String registry = System.getProperty(REGISTRY);
    try (InputStream in =
        Messages.class.getResourceAsStream("/io/freshet/schemas/moma/artworks-value.avsc")) {
      Schema schema = widened(new Schema.Parser().parse(in), sets);
      int id = register(registry, schema);
      Random random = new Random(7);
      byte[][] messages = new byte[DIFFERENT][];
      for (int i = 0; i < DIFFERENT; i++) {
        messages[i] = message(id, schema, i, random, bytes);
      }
      return new Messages(registry, schema, messages);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  /** The schema with its columns again and again, before the fields that Debezium adds. */
  private static Schema widened(Schema table, int sets) {
    List<Schema.Field> fields = new ArrayList<>();
    for (int set = 0; set < sets; set++) {
      for (Schema.Field column : table.getFields().subList(0, COLUMNS)) {
        fields.add(named(column, name(column.name(), set)));
      }
    }
    for (Schema.Field added : table.getFields().subList(COLUMNS, table.getFields().size())) {
      fields.add(named(added, added.name()));
    }
    return Schema.createRecord(table.getName(), null, table.getNamespace(), false, fields);
  }

  private static Schema.Field named(Schema.Field field, String name) {
    return new Schema.Field(name, field.schema(), field.doc(), field.defaultVal());
  }

  private static String name(String column, int set) {
    return set == 0 ? column : column + "_" + set;
  }

  /** A message of just so many bytes: its texts are padded, all by about the same. */
  private static byte[] message(int id, Schema schema, int number, Random random, int bytes)
      throws IOException {
    int sets = (schema.getFields().size() - ADDED) / COLUMNS;
    int padding = Math.max(0, bytes - message(id, schema, number, random, 0, 0).length) / sets;
    // A longer text's length takes one byte more; what is missing then goes to the first text.
    int each = padding > 64 ? padding - 1 : padding;
    int rest = bytes - message(id, schema, number, random, each, 0).length;
    return message(id, schema, number, random, each, Math.max(0, rest));
  }

  private static byte[] message(
      int id, Schema schema, int number, Random random, int padding, int rest) throws IOException {
    GenericRecord artwork = new GenericData.Record(schema);
    for (int set = 0; schema.getField(name("title", set)) != null; set++) {
      artwork.put(name("artwork_id", set), 1_000 + number);
      artwork.put(name("title", set), "Untitled number " + (1_000 + number));
      artwork.put(name("artist_id", set), 100 + number % 800);
      artwork.put(name("medium", set), text(random, 20 + padding + (set == 0 ? rest : 0)));
      artwork.put(name("acquired", set), 18_000 + number % 900);
      artwork.put(name("price", set), ByteBuffer.wrap(new byte[] {1, (byte) number, 7}));
    }
    artwork.put("__deleted", "false");
    artwork.put("__op", "u");
    artwork.put("__db", "freshet");
    artwork.put("__schema", "public");
    artwork.put("__table", "artworks");
    artwork.put("__lsn", 25_262_208L + 96L * number);
    artwork.put("__source_ts_ms", 1_760_000_000_000L + number);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(schema).write(artwork, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private static int register(String registry, Schema schema) throws IOException {
    ObjectMapper json = new ObjectMapper();
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(
                              registry + "/apis/ccompat/v7/subjects/benchmark-value/versions"))
                      .header("Content-Type", "application/json")
                      .POST(
                          HttpRequest.BodyPublishers.ofString(
                              json.createObjectNode().put("schema", schema.toString()).toString()))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("the registry answered " + answer.body());
      }
      return json.readTree(answer.body()).path("id").asInt();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException(stopped);
    }
  }
}
