package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.lake.source.AvroMessage;
import io.freshet.lake.source.KafkaConnection;
import io.freshet.lake.source.KafkaMessageIterator;
import io.freshet.lake.source.SchemaRegistry;
import io.freshet.schemas.ChangeColumns;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Messages that are read from Kafka itself. They are fetched once and kept until the commit: which
 * schemas they have is known only when they are there.
 */
final class KafkaMessages implements ChangeReader {
  /** A schema's identity in the registry, beside its topic. As text it passes any serializer. */
  private record Id(String topic, boolean global, long id) {
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

  private final JavaRDD<AvroMessage> messages;
  private final Map<String, String> schemas = new HashMap<>();
  private final boolean small;

  /**
   * @param slices of {@link io.freshet.lake.source.KafkaRange}s
   */
  KafkaMessages(
      SparkSession spark,
      List<Slice> slices,
      KafkaConnection connection,
      SchemaRegistry registry,
      SchemaCache cache) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<Integer> indexes = IntStream.range(0, slices.size()).boxed().toList();
    this.small = slices.size() == 1;
    this.messages =
        context
            .parallelize(indexes, indexes.size())
            .flatMap(index -> read(connection, slices.get(index)))
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    messages.mapPartitions(KafkaMessages::ids).collect().stream()
        .distinct()
        .map(Id::parse)
        .forEach(
            id ->
                schemas.put(
                    id.toString(),
                    cache
                        .message(id.global(), id.id(), () -> registry.schema(id.global(), id.id()))
                        .toString()));
  }

  private static Iterator<String> ids(Iterator<AvroMessage> messages) {
    Set<String> ids = new HashSet<>();
    messages.forEachRemaining(message -> ids.add(Id.of(message).toString()));
    return ids.iterator();
  }

  private static Iterator<AvroMessage> read(KafkaConnection connection, Slice slice) {
    KafkaMessageIterator iterator =
        new KafkaMessageIterator(
            connection,
            slice.segment().topic(),
            slice.segment().partition(),
            Math.max(slice.from(), slice.segment().position()),
            Math.min(slice.until(), slice.segment().next()));
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
  private static Schema landed(String text) {
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
  public JavaRDD<InternalRow> rows(StructType table, List<String> keys, Unavailable unavailable) {
    Map<String, String> known = schemas;
    return messages.mapPartitions(fetched -> new Rows(fetched, known, table, keys, unavailable));
  }

  @Override
  public boolean isSmall() {
    return small;
  }

  @Override
  public void close() {
    messages.unpersist();
  }

  /** Decodes messages. */
  private static final class Rows implements Iterator<InternalRow> {
    private record Decoder(GenericDatumReader<GenericRecord> reader, RowDecoder rows) {}

    private final Iterator<AvroMessage> messages;
    private final Map<String, String> schemas;
    private final StructType table;
    private final List<String> keys;
    private final Unavailable unavailable;
    private final Map<Id, Map<Integer, Decoder>> decoders = new HashMap<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private BinaryEncoder encoder;
    private BinaryDecoder decoder;

    Rows(
        Iterator<AvroMessage> messages,
        Map<String, String> schemas,
        StructType table,
        List<String> keys,
        Unavailable unavailable) {
      this.messages = messages;
      this.schemas = schemas;
      this.table = table;
      this.keys = keys;
      this.unavailable = unavailable;
    }

    @Override
    public boolean hasNext() {
      return messages.hasNext();
    }

    @Override
    public InternalRow next() {
      AvroMessage message = messages.next();
      Decoder decoding =
          decoders
              .computeIfAbsent(Id.of(message), id -> new HashMap<>())
              .computeIfAbsent(message.partition(), partition -> decoder(message));
      try {
        GenericRecord record = decoding.reader().read(null, withAppended(message));
        if (decoding.rows().isTruncate(record)) {
          throw new TruncateFoundException(message.topic(), message.partition(), message.offset());
        }
        return decoding.rows().row(record);
      } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException malformed) {
        throw new LakeException(
            "%s-%d, offset %d: the message is not of its schema: %s"
                .formatted(message.topic(), message.partition(), message.offset(), malformed),
            malformed);
      }
    }

    private Decoder decoder(AvroMessage message) {
      Schema schema = landed(schemas.get(Id.of(message).toString()));
      return new Decoder(
          new GenericDatumReader<>(schema),
          new RowDecoder(schema, message.topic(), table, keys, message.partition(), unavailable));
    }

    /** Appending fields to an encoded record is appending bytes to it. */
    private BinaryDecoder withAppended(AvroMessage message) throws IOException {
      bytes.reset();
      bytes.writeBytes(message.body());
      encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
      encoder.writeLong(message.offset());
      encoder.writeLong(message.timestamp());
      decoder = DecoderFactory.get().binaryDecoder(bytes.toByteArray(), decoder);
      return decoder;
    }
  }
}
