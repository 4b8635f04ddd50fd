package io.freshet.it;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** The rows of every type that are written down, in the words of each reader. */
final class GoldenRows {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  private static final Path FOLDER =
      Path.of(System.getProperty("freshet.root"), "connect-plugins/src/test/resources/golden");

  /** How a reader prints what JSON has no word for. */
  private interface Style {
    JsonNode bytes(byte[] bytes);

    JsonNode fixed(byte[] bytes);

    JsonNode decimal(byte[] unscaled, LogicalTypes.Decimal type, boolean fixed);

    /** A value of a union of several types. */
    JsonNode choice(Schema union, int branch, JsonNode value);
  }

  private static final Style PARQUET_CLI =
      new Style() {
        @Override
        public JsonNode bytes(byte[] bytes) {
          return TextNode.valueOf(new String(bytes, StandardCharsets.ISO_8859_1));
        }

        @Override
        public JsonNode fixed(byte[] bytes) {
          ArrayNode numbers = JSON.createArrayNode();
          for (byte each : bytes) {
            numbers.add(new BigDecimal(each).stripTrailingZeros());
          }
          return numbers;
        }

        @Override
        public JsonNode decimal(byte[] unscaled, LogicalTypes.Decimal type, boolean fixed) {
          return fixed ? fixed(unscaled) : bytes(unscaled);
        }

        @Override
        public JsonNode choice(Schema union, int branch, JsonNode value) {
          return value;
        }
      };

  private static class Spark implements Style {
    @Override
    public JsonNode bytes(byte[] bytes) {
      return TextNode.valueOf(Base64.getEncoder().encodeToString(bytes));
    }

    @Override
    public JsonNode fixed(byte[] bytes) {
      return bytes(bytes);
    }

    @Override
    public JsonNode decimal(byte[] unscaled, LogicalTypes.Decimal type, boolean fixed) {
      return DecimalNode.valueOf(
          new BigDecimal(new BigInteger(unscaled), type.getScale()).stripTrailingZeros());
    }

    String name(Schema branch, int number) {
      return "member" + number;
    }

    @Override
    public JsonNode choice(Schema union, int branch, JsonNode value) {
      ObjectNode members = JSON.createObjectNode();
      int number = 0;
      for (int i = 0; i < union.getTypes().size(); i++) {
        if (union.getTypes().get(i).getType() != Schema.Type.NULL) {
          members.set(
              name(union.getTypes().get(i), number++), i == branch ? value : NullNode.instance);
        }
      }
      return members;
    }
  }

  private static final Style SPARK = new Spark();

  /** A converter has made a record of the union, which names its branches. */
  private static final Style SPARK_CONVERTED =
      new Spark() {
        @Override
        String name(Schema branch, int number) {
          return branch.getName();
        }
      };

  private final Schema schema;
  private final Schema written;

  /**
   * @param without fields that are left out
   */
  GoldenRows(String... without) throws IOException {
    Schema all = new Schema.Parser().parse(Files.readString(FOLDER.resolve("everything.avsc")));
    List<String> left = List.of(without);
    schema = record(all, left, List.of());
    Schema number = Schema.create(Schema.Type.LONG);
    written = record(all, left, List.of("__offset", "__kafka_timestamp"), number);
  }

  private static Schema record(
      Schema all, List<String> without, List<String> more, Schema... ofType) {
    List<Schema.Field> fields =
        new ArrayList<>(
            all.getFields().stream()
                .filter(field -> !without.contains(field.name()))
                .map(field -> new Schema.Field(field, field.schema()))
                .toList());
    more.forEach(name -> fields.add(new Schema.Field(name, ofType[0])));
    return Schema.createRecord(all.getName(), null, all.getNamespace(), false, fields);
  }

  /** The messages' schema. */
  Schema schema() {
    return schema;
  }

  /** Lines of the file: Avro's own JSON encoding. */
  static List<JsonNode> avroJson() throws IOException {
    return Files.readAllLines(FOLDER.resolve("rows.json")).stream().map(GoldenRows::parse).toList();
  }

  List<JsonNode> parquetCli() throws IOException {
    return rows(PARQUET_CLI);
  }

  List<JsonNode> spark() throws IOException {
    return rows(SPARK);
  }

  List<JsonNode> sparkOfConverted() throws IOException {
    return rows(SPARK_CONVERTED);
  }

  private List<JsonNode> rows(Style style) throws IOException {
    return avroJson().stream().map(row -> plain(written, row, style)).toList();
  }

  /** The rows as messages: {@code 00}, the schema's id, the body. */
  List<byte[]> messages(int id) throws IOException {
    return avroJson().stream().map(row -> message(id, row)).toList();
  }

  private byte[] message(int id, JsonNode row) {
    ObjectNode fields = JSON.createObjectNode();
    schema.getFields().forEach(field -> fields.set(field.name(), row.get(field.name())));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
    try {
      GenericRecord record =
          new GenericDatumReader<GenericRecord>(schema)
              .read(null, DecoderFactory.get().jsonDecoder(schema, fields.toString()));
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(schema, GenericData.get()).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A line of JSON in which equal numbers are equal. */
  static JsonNode parse(String json) {
    try {
      return numbers(JSON.readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(json, e);
    }
  }

  private static JsonNode numbers(JsonNode node) {
    if (node.isNumber()) {
      return DecimalNode.valueOf(node.decimalValue().stripTrailingZeros());
    }
    if (node instanceof ObjectNode object) {
      object.properties().forEach(entry -> entry.setValue(numbers(entry.getValue())));
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, numbers(array.get(i)));
      }
    }
    return node;
  }

  private static JsonNode plain(Schema type, JsonNode value, Style style) {
    return switch (type.getType()) {
      case UNION -> union(type, value, style);
      case BYTES, FIXED -> bytes(type, value.asText(), style);
      case ARRAY -> {
        ArrayNode elements = JSON.createArrayNode();
        value.forEach(element -> elements.add(plain(type.getElementType(), element, style)));
        yield elements;
      }
      case MAP -> {
        ObjectNode entries = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          entries.set(entry.getKey(), plain(type.getValueType(), entry.getValue(), style));
        }
        yield entries;
      }
      case RECORD -> {
        ObjectNode fields = JSON.createObjectNode();
        for (Schema.Field field : type.getFields()) {
          fields.set(field.name(), plain(field.schema(), value.get(field.name()), style));
        }
        yield fields;
      }
      default -> value;
    };
  }

  private static JsonNode bytes(Schema type, String text, Style style) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    boolean fixed = type.getType() == Schema.Type.FIXED;
    if (type.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return style.decimal(bytes, decimal, fixed);
    }
    return fixed ? style.fixed(bytes) : style.bytes(bytes);
  }

  /** Avro's JSON names the branch. */
  private static JsonNode union(Schema union, JsonNode value, Style style) {
    if (value.isNull()) {
      return value;
    }
    Map.Entry<String, JsonNode> tagged = value.properties().iterator().next();
    int branch = union.getIndexNamed(tagged.getKey());
    JsonNode untagged = plain(union.getTypes().get(branch), tagged.getValue(), style);
    return union.getTypes().size() > 2 ? style.choice(union, branch, untagged) : untagged;
  }
}
