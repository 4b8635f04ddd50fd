package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.lake.source.AvroMessage;
import io.freshet.lake.source.MessageIds;
import io.freshet.lake.source.SchemaRegistry;
import io.freshet.lake.source.UnknownSchemaException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/** Messages that were in quarantine: another try with the schemas that there are now. */
final class StoredMessages implements ChangeReader {
  private final JavaSparkContext context;
  private final List<BadRecord> records;
  private final Map<String, String> schemas = new HashMap<>();
  private final Map<String, String> unknown = new HashMap<>();
  private final MessageIds ids;

  /**
   * @param records at least one, of one topic
   * @param ids how a message that was none before is taken apart now
   */
  StoredMessages(
      SparkSession spark,
      List<BadRecord> records,
      MessageIds ids,
      SchemaRegistry registry,
      SchemaCache cache) {
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.records = List.copyOf(records);
    this.ids = ids;
    for (BadRecord record : records) {
      if (record.schema().isEmpty()) {
        AvroMessage message = message(record, ids);
        if (message.problem().isEmpty()) {
          look(KafkaMessages.Id.of(message), registry, cache);
        }
      }
    }
  }

  private void look(KafkaMessages.Id id, SchemaRegistry registry, SchemaCache cache) {
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

  private static AvroMessage message(BadRecord record, MessageIds ids) {
    return AvroMessage.of(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.globalId(),
        record.headerId(),
        record.raw(),
        ids);
  }

  @Override
  public List<TopicSchema> schemas() {
    Set<TopicSchema> distinct = new HashSet<>();
    for (BadRecord record : records) {
      record
          .schema()
          .ifPresent(text -> distinct.add(new TopicSchema(record.topic(), parsed(text))));
    }
    schemas.forEach(
        (id, text) ->
            distinct.add(
                new TopicSchema(KafkaMessages.Id.parse(id).topic(), KafkaMessages.landed(text))));
    return new ArrayList<>(distinct);
  }

  private static Schema parsed(String text) {
    return new Schema.Parser().parse(text);
  }

  @Override
  public JavaRDD<InternalRow> rows(Target target) {
    Map<String, String> known = schemas;
    Map<String, String> missing = unknown;
    MessageIds format = ids;
    return context
        .parallelize(records, 1)
        .mapPartitions(
            stored ->
                rows(
                        stored,
                        known,
                        missing,
                        format,
                        target,
                        BadRecords.passing(target.quarantined()))
                    .iterator());
  }

  @Override
  public JavaRDD<BadRecord> bad(Target target, int most) {
    Map<String, String> known = schemas;
    Map<String, String> missing = unknown;
    MessageIds format = ids;
    return context
        .parallelize(records, 1)
        .mapPartitions(
            stored -> {
              BadRecords noted = BadRecords.noting(target.quarantined(), most);
              rows(stored, known, missing, format, target, noted);
              return noted.found().iterator();
            });
  }

  /** All at once: a table holds few of them. */
  private static List<InternalRow> rows(
      Iterator<BadRecord> stored,
      Map<String, String> schemas,
      Map<String, String> unknown,
      MessageIds ids,
      Target target,
      BadRecords bad) {
    List<InternalRow> rows = new ArrayList<>();
    List<AvroMessage> messages = new ArrayList<>();
    while (stored.hasNext()) {
      BadRecord record = stored.next();
      if (record.schema().isEmpty()) {
        messages.add(message(record, ids));
      } else if (!bad.isKnown(record.partition(), record.offset())) {
        InternalRow row = row(record, target, bad);
        if (row != null) {
          rows.add(row);
        }
      }
    }
    new MessageRows(messages.iterator(), schemas, unknown, target, bad).forEachRemaining(rows::add);
    return rows;
  }

  private static InternalRow row(BadRecord record, Target target, BadRecords bad) {
    Schema schema = parsed(record.schema().orElseThrow());
    try {
      GenericRecord message =
          new GenericDatumReader<GenericRecord>(schema)
              .read(null, DecoderFactory.get().binaryDecoder(record.raw(), null));
      RowDecoder decoder = target.decoder(schema, record.topic(), record.partition());
      return bad.row(decoder, message, record.partition());
    } catch (IOException | AvroRuntimeException malformed) {
      throw new LakeException(
          record.place() + " can't be read back from the quarantine: " + malformed, malformed);
    }
  }

  @Override
  public boolean isSmall() {
    return true;
  }

  @Override
  public void close() {
    // The records are in memory.
  }
}
