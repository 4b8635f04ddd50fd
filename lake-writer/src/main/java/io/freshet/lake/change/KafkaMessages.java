package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.lake.source.AvroMessage;
import io.freshet.lake.source.FewMessages;
import io.freshet.lake.source.KafkaConnection;
import io.freshet.lake.source.KafkaMessageIterator;
import io.freshet.lake.source.KafkaRange;
import io.freshet.lake.source.SchemaRegistry;
import io.freshet.lake.source.UnknownSchemaException;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Messages that are read from Kafka itself. They are fetched once and kept until the commit: which
 * schemas they have is known only when they are there.
 */
final class KafkaMessages implements ChangeReader {
  /** A schema's identity in the registry, beside its topic. As text it passes any serializer. */
  record Id(String topic, boolean global, long id) {
    static Id of(AvroMessage message) {
      return new Id(message.topic(), message.globalId(), message.schemaId());
    }

    static Id parse(String text) {
      String[] parts = text.split(" ");
      return new Id(parts[2], Boolean.parseBoolean(parts[0]), Long.parseLong(parts[1]));
    }

    @Override
    public String toString() {
      return global + " " + id + " " + topic;
    }
  }

  /** Begins a text that says where a partition's messages end; an identity has no such start. */
  private static final String END = "end ";

  private final JavaRDD<AvroMessage> messages;
  private final Optional<List<AvroMessage>> few;
  private final Map<String, String> schemas = new HashMap<>();
  private final Map<String, String> unknown = new HashMap<>();
  private final Map<Integer, Long> ends = new HashMap<>();
  private final boolean small;

  /**
   * Reads slices.
   *
   * @param slices of {@link KafkaRange}s
   * @param few reads those that are small on the driver; empty if tasks shall read all
   */
  static KafkaMessages of(
      SparkSession spark,
      List<Slice> slices,
      KafkaConnection connection,
      Optional<FewMessages> few,
      SchemaRegistry registry,
      SchemaCache cache) {
    // What ends a slice before its segment does, a TRUNCATE, must not be read over.
    boolean onward = slices.stream().allMatch(slice -> slice.until() == Long.MAX_VALUE);
    return few.flatMap(
            reader -> reader.read(slices.stream().map(KafkaMessages::range).toList(), onward))
        .map(messages -> new KafkaMessages(spark, messages, registry, cache))
        .orElseGet(
            () ->
                new KafkaMessages(
                    fetched(spark, slices, connection), slices.size() == 1, registry, cache));
  }

  /**
   * @param messages of one topic
   */
  private KafkaMessages(
      SparkSession spark, List<AvroMessage> messages, SchemaRegistry registry, SchemaCache cache) {
    this.small = true;
    this.few = Optional.of(messages);
    this.messages =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(messages, 1);
    facts(messages.iterator()).forEachRemaining(fact -> note(fact, registry, cache));
  }

  /**
   * @param messages of one topic
   * @param small whether they are few
   */
  KafkaMessages(
      JavaRDD<AvroMessage> messages, boolean small, SchemaRegistry registry, SchemaCache cache) {
    this.small = small;
    this.few = Optional.empty();
    this.messages = messages.persist(StorageLevel.MEMORY_AND_DISK_SER());
    messages
        .mapPartitions(KafkaMessages::facts)
        .collect()
        .forEach(fact -> note(fact, registry, cache));
  }

  private void note(String fact, SchemaRegistry registry, SchemaCache cache) {
    if (fact.startsWith(END)) {
      String[] end = fact.substring(END.length()).split(" ");
      ends.merge(Integer.valueOf(end[0]), Long.valueOf(end[1]), Math::max);
    } else if (!schemas.containsKey(fact) && !unknown.containsKey(fact)) {
      look(Id.parse(fact), registry, cache);
    }
  }

  private static KafkaRange range(Slice slice) {
    return new KafkaRange(
        slice.segment().topic(),
        slice.segment().partition(),
        Math.max(slice.from(), slice.segment().position()),
        Math.min(slice.until(), slice.segment().next()));
  }

  private static JavaRDD<AvroMessage> fetched(
      SparkSession spark, List<Slice> slices, KafkaConnection connection) {
    List<Integer> indexes = IntStream.range(0, slices.size()).boxed().toList();
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(indexes, indexes.size())
        .flatMap(index -> read(connection, slices.get(index)));
  }

  private void look(Id id, SchemaRegistry registry, SchemaCache cache) {
    try {
      schemas.put(
          id.toString(),
          cache
              .message(id.global(), id.id(), () -> registry.schema(id.global(), id.id()))
              .toString());
    } catch (UnknownSchemaException none) {
      unknown.put(id.toString(), none.getMessage());
    }
  }

  /** The schemas' identities, and where the messages of each partition end. As text, as above. */
  private static Iterator<String> facts(Iterator<AvroMessage> messages) {
    Set<String> facts = new HashSet<>();
    Map<Integer, Long> ends = new HashMap<>();
    messages.forEachRemaining(
        message -> {
          if (message.problem().isEmpty()) {
            facts.add(Id.of(message).toString());
          }
          ends.merge(message.partition(), message.offset() + 1, Math::max);
        });
    ends.forEach((partition, end) -> facts.add(END + partition + " " + end));
    return facts.iterator();
  }

  @Override
  public Map<Integer, Long> ends() {
    return ends;
  }

  private static Iterator<AvroMessage> read(KafkaConnection connection, Slice slice) {
    KafkaRange range = range(slice);
    KafkaMessageIterator iterator =
        new KafkaMessageIterator(
            connection, range.topic(), range.partition(), range.position(), range.next());
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) done -> iterator.close());
    return iterator;
  }

  @Override
  public List<TopicSchema> schemas() {
    return schemas.entrySet().stream()
        .map(entry -> new TopicSchema(Id.parse(entry.getKey()).topic(), landed(entry.getValue())))
        .distinct()
        .toList();
  }

  /** The schema that the message would have had in a landed file. */
  static Schema landed(String text) {
    Schema message = new Schema.Parser().parse(text);
    if (message.getType() != Schema.Type.RECORD) {
      throw new LakeException("messages are not records, but " + message);
    }
    List<Schema.Field> fields = new ArrayList<>();
    message.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field(ChangeColumns.OFFSET, Schema.create(Schema.Type.LONG)));
    fields.add(new Schema.Field(ChangeColumns.KAFKA_TIMESTAMP, Schema.create(Schema.Type.LONG)));
    Schema landed = Schema.createRecord(message.getName(), null, message.getNamespace(), false);
    landed.setFields(fields);
    return landed;
  }

  @Override
  public JavaRDD<InternalRow> rows(Target target) {
    Map<String, String> known = schemas;
    Map<String, String> missing = unknown;
    return messages.mapPartitions(
        fetched ->
            new MessageRows(
                fetched, known, missing, target, BadRecords.passing(target.quarantined())));
  }

  @Override
  public Optional<List<InternalRow>> fewRows(Target target) {
    return few.map(
        fetched -> {
          List<InternalRow> rows = new ArrayList<>(fetched.size());
          new MessageRows(
                  fetched.iterator(),
                  schemas,
                  unknown,
                  target,
                  BadRecords.passing(target.quarantined()))
              .forEachRemaining(rows::add);
          return rows;
        });
  }

  @Override
  public JavaRDD<BadRecord> bad(Target target, int most) {
    Map<String, String> known = schemas;
    Map<String, String> missing = unknown;
    return messages.mapPartitions(
        fetched -> {
          BadRecords noted = BadRecords.noting(target.quarantined(), most);
          new MessageRows(fetched, known, missing, target, noted).forEachRemaining(row -> {});
          return noted.found().iterator();
        });
  }

  @Override
  public boolean isSmall() {
    return small;
  }

  @Override
  public void close() {
    messages.unpersist();
  }
}
