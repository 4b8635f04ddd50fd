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
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Messages of one size, as Debezium writes them flattened: a museum's artworks, of 13 fields, one
 * of them a decimal.
 *
 * @param registry the registry's base URL, which has their schema
 * @param schema their schema
 * @param messages with the schema's id before each body
 */
record Messages(String registry, Schema schema, byte[][] messages) {
  /** Names the running registry to the JVMs that are forked. */
  static final String REGISTRY = "freshet.benchmark.registry";

  private static final int DIFFERENT = 1_000;

  /**
   * @param bytes length of a message, its prefix included
   */
  static Messages ofBytes(int bytes) {
    String registry = System.getProperty(REGISTRY);
    try (InputStream in =
        Messages.class.getResourceAsStream("/io/freshet/schemas/moma/artworks-value.avsc")) {
      Schema schema = new Schema.Parser().parse(in);
      int id = register(registry, schema);
      Random random = new Random(7);
      byte[][] messages = new byte[DIFFERENT][];
      for (int i = 0; i < DIFFERENT; i++) {
        int padding = bytes - message(id, schema, i, random, 0).length;
        // A longer text's length takes one byte more.
        messages[i] = message(id, schema, i, random, padding > 64 ? padding - 1 : padding);
      }
      return new Messages(registry, schema, messages);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  private static byte[] message(int id, Schema schema, int number, Random random, int padding)
      throws IOException {
    GenericRecord artwork = new GenericData.Record(schema);
    artwork.put("artwork_id", 1_000 + number);
    artwork.put("title", "Untitled number " + (1_000 + number));
    artwork.put("artist_id", 100 + number % 800);
    artwork.put("medium", text(random, padding + 20));
    artwork.put("acquired", 18_000 + number % 900);
    artwork.put("price", ByteBuffer.wrap(new byte[] {1, (byte) number, 7}));
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
