package io.freshet.lake.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;

/**
 * One column of {@code types/recorded.json}: what Debezium 3.7 and Apicurio's converter made of
 * values of PostgreSQL 18, beside what PostgreSQL printed.
 *
 * @param row its row in TYPES.md
 * @param postgres its type in PostgreSQL
 * @param debezium the source connector's setting; empty for its defaults
 * @param type the lake's type
 * @param schema the messages' type
 * @param values two, or one
 */
public record RecordedColumn(
    String row, String postgres, String debezium, String type, Schema schema, List<Value> values) {

  /**
   * @param postgres what PostgreSQL printed
   * @param lake the lake's value, in PostgreSQL's words
   * @param messages it as it came in a snapshot and, if that differs, in the stream
   */
  public record Value(String postgres, String lake, List<Object> messages) {}

  /** All of them. */
  public static List<RecordedColumn> all() {
    List<RecordedColumn> columns = new ArrayList<>();
    try (InputStream file = RecordedColumn.class.getResourceAsStream("/types/recorded.json")) {
      for (JsonNode entry : new ObjectMapper().readTree(file)) {
        Schema schema = new Schema.Parser().parse(entry.get("schema").toString());
        List<Value> values = new ArrayList<>();
        for (JsonNode value : entry.get("values")) {
          List<Object> messages = new ArrayList<>();
          for (String origin : List.of("snapshot", "stream")) {
            if (value.has(origin)) {
              messages.add(read(schema, value.get(origin).asText()));
            }
          }
          values.add(
              new Value(
                  value.get("postgres").asText(),
                  value.get(value.has("lake") ? "lake" : "postgres").asText(),
                  messages));
        }
        columns.add(
            new RecordedColumn(
                entry.get("row").asText(),
                entry.get("postgres").asText(),
                entry.path("debezium").asText(),
                entry.get("type").asText(),
                schema,
                values));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return columns;
  }

  private static Object read(Schema schema, String hex) throws IOException {
    return new GenericDatumReader<>(schema)
        .read(null, DecoderFactory.get().binaryDecoder(HexFormat.of().parseHex(hex), null));
  }

  /** A value by its number; pgvector's columns have one alone. */
  public Value value(int number) {
    return values.get(Math.min(number, values.size() - 1));
  }

  /** Whether its timestamps have a zone. */
  public boolean zoned() {
    return postgres.startsWith("timestamptz");
  }

  @Override
  public String toString() {
    return postgres + " " + debezium;
  }
}
