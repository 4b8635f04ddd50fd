package io.freshet.connect.avro;

import io.freshet.connect.avro.EncodedRecord.Beside;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Encodes more of a record than its value: its key, its headers, or that it has no value. Where
 * nothing of this is asked for, the values' own encoder does without it.
 */
public final class RowEncoder implements RecordEncoder {
  /** Stands for the keys' type where keys are not landed. */
  private static final NullableType NO_KEY =
      NullableType.of(org.apache.avro.Schema.create(org.apache.avro.Schema.Type.NULL));

  /** What the last record of a partition was like. */
  private static final class Former {
    private final TopicPartition partition;
    private Optional<LandedSchema> value = Optional.empty();
    private Optional<NullableType> key = Optional.empty();

    Former(TopicPartition partition) {
      this.partition = partition;
    }
  }

  private final RecordEncoder values;
  private final Optional<EncodedRecord> none;
  private final Place keysAt;
  private final KeyEncoder keys;
  private final Place headersAt;
  private final RowSchemas schemas;
  private final Map<TopicPartition, Former> formers = new HashMap<>();
  private final ByteBuilder body = new ByteBuilder();
  private final ByteBuilder key = new ByteBuilder();
  private final ByteBuilder headers = new ByteBuilder();
  private final ByteBuilder extra = new ByteBuilder();
  private Former last = new Former(new TopicPartition("", -1));

  /**
   * @param values encoder of the values
   * @param none a missing value where nothing is known of others; absent: records without a value
   *     are not landed. Where they are, every field of the landed values is nullable
   * @param keysAt where keys are landed
   * @param keys encoder of the keys
   * @param headersAt where headers are landed
   */
  public RowEncoder(
      RecordEncoder values,
      Optional<EncodedRecord> none,
      Place keysAt,
      KeyEncoder keys,
      Place headersAt) {
    this.values = values;
    this.none = none;
    this.keysAt = keysAt;
    this.keys = keys;
    this.headersAt = headersAt;
    this.schemas = new RowSchemas(none.isPresent(), keysAt, headersAt);
  }

  /** A missing value in Avro where nothing is known of others: a record without fields. */
  public static EncodedRecord none() {
    return new EncodedRecord(RowSchemas.ABSENT, new byte[0], 0, 0);
  }

  /**
   * @param record its value may be null if null values are landed
   */
  @Override
  public EncodedRecord encode(SinkRecord record) {
    Former former = former(record);
    EncodedRecord value = record.value() == null ? none(former) : value(record);
    NullableType keyType = NO_KEY;
    if (keysAt != Place.NONE) {
      key.clear();
      keyType = keys.encode(record, former.key, key);
      if (former.key.isEmpty() || former.key.get() != keyType) {
        former.key = Optional.of(keyType);
      }
    }
    if (headersAt != Place.NONE) {
      headers.clear();
      HeadersEncoder.encode(record, headers);
    }
    RowSchemas.Row row = schemas.row(record, value.schema(), keyType);
    if (former.value.isEmpty() || former.value.get() != value.schema()) {
      former.value = Optional.of(value.schema());
    }
    extra.clear();
    if (keysAt == Place.COLUMN) {
      extra.put(key.bytes(), 0, key.length());
    }
    if (headersAt == Place.COLUMN) {
      extra.put(headers.bytes(), 0, headers.length());
    }
    return new EncodedRecord(
        row.data(),
        value.bytes(),
        value.start(),
        value.length(),
        extra.bytes(),
        extra.length(),
        beside(row));
  }

  private EncodedRecord value(SinkRecord record) {
    EncodedRecord value = values.encode(record);
    if (none.isEmpty() || !hasFields(value.schema())) {
      return value;
    }
    body.clear();
    try {
      schemas
          .nullable(value.schema())
          .put(value.bytes(), value.start(), value.start() + value.length(), body);
    } catch (MalformedBodyException malformed) {
      throw new BadRecordException(
          record,
          malformed.getMessage() + "; it was read with the schema of " + value.schema().id(),
          malformed);
    }
    return new EncodedRecord(value.schema(), body.bytes(), 0, body.length());
  }

  private EncodedRecord none(Former former) {
    Optional<LandedSchema> schema = former.value.filter(RowEncoder::hasFields);
    if (schema.isEmpty()) {
      return none.orElseThrow(() -> new IllegalStateException("missing values are not landed"));
    }
    byte[] nulls = schemas.nullable(schema.get()).none();
    return new EncodedRecord(schema.get(), nulls, 0, nulls.length);
  }

  /** Whether values are in Avro; other forms have no fields to be made nullable. */
  private static boolean hasFields(LandedSchema schema) {
    return schema.id().kind() != SchemaId.Kind.NONE;
  }

  private List<Beside> beside(RowSchemas.Row row) {
    if (row.keys() == null && row.headers() == null) {
      return List.of();
    }
    List<Beside> beside = new ArrayList<>(2);
    if (row.keys() != null) {
      beside.add(beside(FileKind.KEYS, row.keys(), key));
    }
    if (row.headers() != null) {
      beside.add(beside(FileKind.HEADERS, row.headers(), headers));
    }
    return beside;
  }

  private static Beside beside(FileKind kind, LandedSchema schema, ByteBuilder bytes) {
    return new Beside(kind, new EncodedRecord(schema, bytes.bytes(), 0, bytes.length()));
  }

  private Former former(SinkRecord record) {
    String topic = record.originalTopic();
    int partition = record.originalKafkaPartition();
    if (last.partition.partition() != partition || !last.partition.topic().equals(topic)) {
      last = formers.computeIfAbsent(new TopicPartition(topic, partition), Former::new);
    }
    return last;
  }
}
