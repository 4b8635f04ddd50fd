package io.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodySkipperTest {
  static final Schema EVERYTHING =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Everything", "namespace": "t", "fields": [
                {"name": "nothing", "type": "null"},
                {"name": "flag", "type": "boolean"},
                {"name": "small", "type": "int"},
                {"name": "large", "type": "long"},
                {"name": "single", "type": "float"},
                {"name": "twice", "type": "double"},
                {"name": "text", "type": "string"},
                {"name": "price", "type": {"type": "bytes", "logicalType": "decimal",
                                           "precision": 12, "scale": 2}},
                {"name": "digest", "type": {"type": "fixed", "name": "Md5", "size": 16}},
                {"name": "colour", "type": {"type": "enum", "name": "Colour",
                                            "symbols": ["RED", "GREEN"]}},
                {"name": "choice", "type": ["null", "string", "long",
                   {"type": "record", "name": "Inner", "fields": [
                     {"name": "a", "type": "int"},
                     {"name": "children", "type": {"type": "array", "items": "Inner"}}]}]},
                {"name": "list", "type": {"type": "array", "items": ["null", "int"]}},
                {"name": "nulls", "type": {"type": "array", "items": "null"}},
                {"name": "dictionary", "type": {"type": "map", "values": "Inner"}}]}
              """);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void acceptsAWholeBodyAndNoPartOfIt(long seed) {
    Random random = new Random(seed);
    BodySkipper skipper = BodySkipper.compile(EVERYTHING);
    for (int i = 0; i < 50; i++) {
      byte[] body = AvroMessages.body(EVERYTHING, random(EVERYTHING, random, 0));
      assertThatCode(() -> skipper.check(body, 0, body.length)).doesNotThrowAnyException();
      for (int length = 0; length < body.length; length++) {
        byte[] part = Arrays.copyOf(body, length);
        assertThatThrownBy(() -> skipper.check(part, 0, part.length))
            .isInstanceOf(MalformedBodyException.class);
      }
      byte[] more = Arrays.copyOf(body, body.length + 1);
      assertThatThrownBy(() -> skipper.check(more, 0, more.length))
          .hasMessage("1 bytes are left over after the Avro body");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void readsNoByteOutsideOfGarbage(long seed) {
    Random random = new Random(seed);
    BodySkipper skipper = BodySkipper.compile(EVERYTHING);
    for (int i = 0; i < 20_000; i++) {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      assertThatThrownBy(() -> skipper.check(garbage, 0, garbage.length))
          .isInstanceOf(MalformedBodyException.class);
    }
  }

  @Test
  void walksBlocksThatNameTheirSize() throws Exception {
    BodySkipper skipper = BodySkipper.compile(Schema.createArray(Schema.create(Schema.Type.INT)));
    // Count -2, size 2, items 1 and 2, end.
    skipper.check(new byte[] {3, 4, 2, 4, 0}, 0, 5);
    assertThatThrownBy(() -> skipper.check(new byte[] {3, 6, 2, 4, 0}, 0, 5))
        .hasMessage("a block's size is not that of its items");
  }

  @Test
  void endlessNullsTakeNoTime() throws Exception {
    BodySkipper skipper = BodySkipper.compile(Schema.createArray(Schema.create(Schema.Type.NULL)));
    byte[] count = {-2, -1, -1, -1, -1, -1, -1, -1, 127, 0};
    skipper.check(count, 0, count.length);
  }

  @Test
  void nestingThatWouldOverflowTheStackIsMalformed() {
    Schema chain =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Node", "fields": [
                  {"name": "next", "type": ["null", "Node"]}]}
                """);
    byte[] deep = new byte[100_000];
    Arrays.fill(deep, (byte) 2);
    deep[deep.length - 1] = 0;
    assertThatThrownBy(() -> BodySkipper.compile(chain).check(deep, 0, deep.length))
        .hasMessage("a record is nested more than 1000 deep");
  }

  static Object random(Schema schema, Random random, int depth) {
    return switch (schema.getType()) {
      case NULL -> null;
      case BOOLEAN -> random.nextBoolean();
      case INT -> random.nextInt() >> random.nextInt(32);
      case LONG -> random.nextLong() >> random.nextInt(64);
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextDouble();
      case STRING -> "ä".repeat(random.nextInt(100));
      case BYTES -> ByteBuffer.wrap(new byte[random.nextInt(9)]);
      case FIXED -> new GenericData.Fixed(schema, new byte[schema.getFixedSize()]);
      case ENUM ->
          new GenericData.EnumSymbol(
              schema, schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())));
      case UNION -> {
        Schema branch = schema.getTypes().get(random.nextInt(schema.getTypes().size()));
        boolean ends = depth > 6 && schema.isNullable();
        yield ends ? null : random(branch, random, depth);
      }
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        for (int i = depth > 3 ? 0 : random.nextInt(4); i > 0; i--) {
          items.add(random(schema.getElementType(), random, depth + 1));
        }
        yield items;
      }
      case MAP -> {
        Map<String, Object> pairs = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          pairs.put("key" + i, random(schema.getValueType(), random, depth + 1));
        }
        yield pairs;
      }
      case RECORD -> {
        GenericData.Record record = new GenericData.Record(schema);
        schema.getFields().forEach(f -> record.put(f.pos(), random(f.schema(), random, depth + 1)));
        yield record;
      }
    };
  }
}
