package io.freshet.connect.avro;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/** Record schemas of any shape. Names come from a small pool, so that two schemas share some. */
final class RandomSchemas {
  private static final List<String> NAMES = List.of("A", "B", "C", "D", "E", "F", "G", "H");

  private final Random random;
  private final List<String> free;
  private final List<Schema> records = new ArrayList<>();

  private RandomSchemas(Random random) {
    this.random = random;
    this.free = new ArrayList<>(NAMES);
  }

  static Schema record(Random random) {
    RandomSchemas schemas = new RandomSchemas(random);
    return schemas.record(schemas.takeName(), 0);
  }

  private String takeName() {
    return free.remove(random.nextInt(free.size()));
  }

  private Schema record(String name, int depth) {
    Schema record = Schema.createRecord(name, null, random.nextBoolean() ? "n" : "m.n", false);
    records.add(record);
    List<Schema.Field> fields = new ArrayList<>();
    for (int i = random.nextInt(depth == 0 ? 8 : 4); i >= 0; i--) {
      Schema type = type(depth + 1);
      fields.add(new Schema.Field("f" + i, type, null, defaultOf(type)));
    }
    record.setFields(fields);
    return record;
  }

  private Object defaultOf(Schema type) {
    if (random.nextBoolean()) {
      return null;
    }
    return switch (type.getType()) {
      case INT -> 5;
      case LONG -> 5L;
      case STRING -> "x";
      case BOOLEAN -> true;
      case UNION ->
          switch (type.getTypes().get(0).getType()) {
            case NULL -> JsonProperties.NULL_VALUE;
            case INT -> 7;
            default -> null;
          };
      default -> null;
    };
  }

  private Schema type(int depth) {
    boolean deep = depth > 3 || free.isEmpty();
    return switch (random.nextInt(deep ? 8 : 14)) {
      case 0 -> Schema.create(Schema.Type.NULL);
      case 1 -> Schema.create(Schema.Type.BOOLEAN);
      case 2 -> Schema.create(Schema.Type.INT);
      case 3 -> Schema.create(Schema.Type.LONG);
      case 4 -> Schema.create(Schema.Type.DOUBLE);
      case 5 -> Schema.create(Schema.Type.STRING);
      case 6 -> Schema.create(Schema.Type.BYTES);
      case 7 -> union(depth, false);
      case 8 -> union(depth, true);
      case 9 -> Schema.createEnum(takeName(), null, "n", List.of("X", "Y"));
      case 10 -> Schema.createFixed(takeName(), null, "n", 1 + random.nextInt(4));
      case 11 -> {
        Schema item = type(depth + 1);
        // Avro 1.12's generic reader gives doubles in arrays the precision of floats.
        yield Schema.createArray(
            item.getType() == Schema.Type.DOUBLE ? Schema.create(Schema.Type.LONG) : item);
      }
      case 12 -> record(takeName(), depth + 1);
      // Itself or a record around it, but not always: it would have no end.
      default ->
          Schema.createUnion(
              Schema.create(Schema.Type.NULL), records.get(random.nextInt(records.size())));
    };
  }

  private Schema union(int depth, boolean named) {
    List<Schema> branches = new ArrayList<>();
    branches.add(Schema.create(Schema.Type.INT));
    if (random.nextBoolean()) {
      branches.add(random.nextInt(branches.size() + 1), Schema.create(Schema.Type.STRING));
    }
    if (random.nextBoolean()) {
      branches.add(random.nextInt(branches.size() + 1), Schema.create(Schema.Type.NULL));
    }
    if (named && !free.isEmpty()) {
      branches.add(random.nextInt(branches.size() + 1), record(takeName(), depth + 1));
    }
    return Schema.createUnion(branches);
  }
}
