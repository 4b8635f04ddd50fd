package io.freshet.connect.s3;

import io.freshet.connect.AvroMessages;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** The partitions of a run, and what must be landed of them in the end. */
final class ChaosTopics {
  static final int OTHER_ID = 6;
  static final org.apache.avro.Schema OTHER =
      org.apache.avro.SchemaBuilder.record("Other")
          .namespace("moma")
          .fields()
          .requiredInt("id")
          .endRecord();

  private static final List<Schema> SCHEMAS =
      List.of(
          version(1).build(),
          version(2).field("padding", Schema.OPTIONAL_STRING_SCHEMA).build(),
          version(3).field("padding", Schema.STRING_SCHEMA).build());

  private static SchemaBuilder version(int version) {
    return SchemaBuilder.struct()
        .name("moma.V" + version)
        .field("id", Schema.INT64_SCHEMA)
        .field("room", Schema.STRING_SCHEMA)
        .field("at", Schema.INT64_SCHEMA);
  }

  /** One of them, and the next offset that a producer gets. */
  private static final class Partition {
    final TestTopic topic;
    final Set<Long> produced = new TreeSet<>();
    final Set<Long> deleted = new HashSet<>();
    long next;
    int schema;

    Partition(TestTopic topic) {
      this.topic = topic;
    }
  }

  private final Random random;
  private final boolean messages;
  private final boolean large;
  private final List<Partition> partitions = new ArrayList<>();

  /**
   * @param messages Avro messages as bytes, instead of Connect data
   * @param large records of which a run exceeds the smallest memory budget
   */
  ChaosTopics(Random random, String name, int count, boolean messages, boolean large) {
    this.random = random;
    this.messages = messages;
    this.large = large;
    for (int i = 0; i < count; i++) {
      partitions.add(new Partition(new TestTopic(name, i)));
    }
  }

  List<TestTopic> all() {
    return partitions.stream().map(partition -> partition.topic).toList();
  }

  /** A few records of one partition, with tombstones, other schemas and offsets without records. */
  void produce() {
    Partition partition = partitions.get(random.nextInt(partitions.size()));
    for (int i = random.nextInt(8); i >= 0; i--) {
      int kind = random.nextInt(12);
      if (kind == 0) {
        partition.next += 1 + random.nextInt(3);
      } else if (kind == 1) {
        partition.topic.value(partition.next++, null);
      } else {
        if (kind == 2) {
          partition.schema = random.nextInt(SCHEMAS.size());
        }
        record(partition);
        partition.produced.add(partition.next++);
      }
    }
  }

  private void record(Partition partition) {
    String padding = large ? "x".repeat(30_000) : "x";
    if (!messages) {
      Schema schema = SCHEMAS.get(partition.schema);
      // Some are late.
      long at = (partition.next / 10 + random.nextInt(3)) * 3_600_000;
      Struct value =
          new Struct(schema)
              .put("id", partition.next)
              .put("room", "r" + random.nextInt(3))
              .put("at", at);
      if (partition.schema > 0) {
        value.put("padding", padding);
      }
      partition.topic.value(partition.next, schema, value);
    } else if (partition.schema == 0) {
      byte[] body =
          AvroMessages.body(
              OTHER, new GenericRecordBuilder(OTHER).set("id", (int) partition.next).build());
      partition.topic.value(partition.next, AvroMessages.framed(OTHER_ID, body));
    } else {
      byte[] body =
          AvroMessages.body(AvroMessages.ROW, AvroMessages.row((int) partition.next, padding));
      partition.topic.value(partition.next, AvroMessages.framed(TestTopic.SCHEMA_ID, body));
    }
  }

  /** Deletes any record of a topic's partition, which has some, and says which. */
  long compact(TestTopic topic) {
    Partition partition =
        partitions.stream().filter(each -> each.topic == topic).findFirst().orElseThrow();
    long offset = random.nextLong(partition.next);
    topic.delete(offset);
    partition.deleted.add(offset);
    return offset;
  }

  boolean isConsumed(TestWorker worker) {
    return partitions.stream()
        .allMatch(
            partition -> partition.topic.fetch(worker.position(partition.topic), 1).isEmpty());
  }

  /** Asserts that each record is there once, in order, and no other is. */
  void check(int index, List<Long> landed) {
    Partition partition = partitions.get(index);
    String name = partition.topic.partition().toString();
    List<Long> once = new ArrayList<>(new TreeSet<>(landed));
    if (!once.equals(landed)) {
      throw new AssertionError(name + ": not once each in order: " + landed);
    }
    if (!partition.produced.containsAll(landed)) {
      throw new AssertionError(name + ": never sent, but landed: " + landed);
    }
    Set<Long> missing = new TreeSet<>(partition.produced);
    missing.removeAll(partition.deleted);
    landed.forEach(missing::remove);
    if (!missing.isEmpty()) {
      throw new AssertionError(name + ": lost " + missing + ", landed " + landed);
    }
  }
}
