package io.freshet.lake.table;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.freshet.schemas.ChangeColumns;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.hudi.avro.HoodieAvroUtils;
import org.apache.hudi.common.model.HoodieAvroIndexedRecord;
import org.apache.hudi.common.model.HoodieKey;
import org.apache.hudi.common.model.HoodieOperation;
import org.apache.hudi.common.model.HoodieRecord;
import org.apache.hudi.common.model.MetadataValues;
import org.apache.hudi.common.schema.HoodieSchema;
import org.apache.hudi.common.table.read.DeleteContext;
import org.apache.hudi.common.util.Option;
import org.apache.hudi.common.util.collection.Pair;
import org.apache.hudi.keygen.BaseKeyGenerator;

/**
 * A row on its way into a log file, encoded as it will stand there. Hudi's own record is encoded on
 * its way to the task that logs it too, but there it is decoded, joined with Hudi's columns and
 * encoded anew, which was a third of a commit's work. Hudi's columns come first, so their bytes are
 * put in front of the row's.
 *
 * <p>A row that is to be deleted is never one of these.
 */
public final class LoggedRow extends HoodieRecord<byte[]> {
  private static final long serialVersionUID = 1L;
  private static final long NO_TIME = Long.MIN_VALUE;

  /** What was found of the schemas that the last row came with. */
  private static volatile Joined joined = new Joined(null, null, false);

  /** Whether one schema is the other one with Hudi's columns in front. */
  private record Joined(HoodieSchema row, HoodieSchema logged, boolean inFront) {
    static boolean inFront(HoodieSchema row, HoodieSchema logged) {
      Joined last = joined;
      if (last.row != row || last.logged != logged) {
        last =
            new Joined(row, logged, MetaColumns.precede(row.toAvroSchema(), logged.toAvroSchema()));
        joined = last;
      }
      return last.inFront;
    }
  }

  private long time;

  /** As Kryo makes it. */
  public LoggedRow() {}

  /**
   * @param row in Avro's binary encoding
   * @param time when its change was committed in the source, in milliseconds since 1970; {@link
   *     #NO_TIME} if it does not say so
   */
  private LoggedRow(HoodieRecord<?> of, byte[] row, long time) {
    super(of.getKey(), row, of.getOperation(), Option.empty());
    this.currentLocation = of.getCurrentLocation();
    this.newLocation = of.getNewLocation();
    this.ignoreIndexUpdate = of.getIgnoreIndexUpdate();
    this.time = time;
  }

  /**
   * Encodes a row.
   *
   * @param record not to be deleted
   */
  static LoggedRow of(HoodieAvroIndexedRecord record) {
    IndexedRecord row = record.getData();
    Schema.Field time = row.getSchema().getField(ChangeColumns.SOURCE_TS_MS);
    return new LoggedRow(
        record,
        HoodieAvroUtils.avroToBytes(row),
        time != null && row.get(time.pos()) instanceof Long millis ? millis : NO_TIME);
  }

  /** When its change was committed in the source, in milliseconds since 1970. */
  OptionalLong sourceTime() {
    return time == NO_TIME ? OptionalLong.empty() : OptionalLong.of(time);
  }

  @Override
  @SuppressWarnings("rawtypes") // Hudi's own signature.
  public HoodieRecord prependMetaFields(
      HoodieSchema row, HoodieSchema logged, MetadataValues values, Properties properties) {
    if (values.getOperation() != null || !Joined.inFront(row, logged)) {
      return decoded(row).prependMetaFields(row, logged, values, properties);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(data.length + 256);
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      MetaColumns.write(values, encoder);
      bytes.write(data);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return new LoggedRow(this, bytes.toByteArray(), time);
  }

  @Override
  public ByteArrayOutputStream getAvroBytes(HoodieSchema schema, Properties properties) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(data.length);
    bytes.writeBytes(data);
    return bytes;
  }

  @Override
  protected void writeRecordPayload(byte[] row, Kryo kryo, Output out) {
    out.writeLong(time);
    out.writeInt(row.length, true);
    out.writeBytes(row);
  }

  @Override
  protected byte[] readRecordPayload(Kryo kryo, Input in) {
    time = in.readLong();
    return in.readBytes(in.readInt(true));
  }

  @Override
  public HoodieRecordType getRecordType() {
    return HoodieRecordType.AVRO;
  }

  @Override
  protected boolean checkIsDelete(DeleteContext context, Properties properties) {
    return false;
  }

  /** No row of a statement's MERGE. */
  @Override
  public boolean shouldIgnore(HoodieSchema schema, Properties properties) {
    return false;
  }

  @Override
  public Option<Map<String, String>> getMetadata() {
    return Option.empty();
  }

  @Override
  public HoodieRecord<byte[]> copy() {
    return this;
  }

  @Override
  public HoodieRecord<byte[]> newInstance() {
    return new LoggedRow(this, data, time);
  }

  @Override
  public HoodieRecord<byte[]> newInstance(HoodieKey other, HoodieOperation operated) {
    LoggedRow row = new LoggedRow(this, data, time);
    row.key = other;
    row.operation = operated;
    return row;
  }

  @Override
  public HoodieRecord<byte[]> newInstance(HoodieKey other) {
    return newInstance(other, operation);
  }

  /** Hudi's own record of it, for all that a log does not ask. */
  private HoodieAvroIndexedRecord decoded(HoodieSchema schema) {
    try {
      HoodieAvroIndexedRecord record =
          new HoodieAvroIndexedRecord(
              key, HoodieAvroUtils.bytesToAvro(data, schema.toAvroSchema()), operation);
      record.setCurrentLocation(currentLocation);
      record.setNewLocation(newLocation);
      return record;
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  @Override
  protected Comparable<?> doGetOrderingValue(
      HoodieSchema schema, Properties properties, String[] fields) {
    return decoded(schema).getOrderingValue(schema, properties, fields);
  }

  @Override
  public String getRecordKey(HoodieSchema schema, Option<BaseKeyGenerator> generator) {
    return decoded(schema).getRecordKey(schema, generator);
  }

  @Override
  public String getRecordKey(HoodieSchema schema, String field) {
    return decoded(schema).getRecordKey(schema, field);
  }

  @Override
  public Object[] getColumnValues(HoodieSchema schema, String[] columns, boolean utc) {
    return decoded(schema).getColumnValues(schema, columns, utc);
  }

  @Override
  public Object getColumnValueAsJava(HoodieSchema schema, String column, Properties properties) {
    return decoded(schema).getColumnValueAsJava(schema, column, properties);
  }

  @Override
  public Object convertColumnValueForLogicalType(HoodieSchema field, Object value, boolean utc) {
    return new HoodieAvroIndexedRecord().convertColumnValueForLogicalType(field, value, utc);
  }

  @Override
  @SuppressWarnings("rawtypes") // Hudi's own signature.
  public HoodieRecord joinWith(HoodieRecord other, HoodieSchema schema) {
    throw new UnsupportedOperationException("a row of a log is joined with none");
  }

  @Override
  @SuppressWarnings("rawtypes") // Hudi's own signature.
  public HoodieRecord rewriteRecordWithNewSchema(
      HoodieSchema schema, Properties properties, HoodieSchema other, Map<String, String> names) {
    return decoded(schema).rewriteRecordWithNewSchema(schema, properties, other, names);
  }

  @Override
  @SuppressWarnings("rawtypes") // Hudi's own signature.
  public HoodieRecord truncateRecordKey(HoodieSchema schema, Properties properties, String field) {
    return decoded(schema).truncateRecordKey(schema, properties, field);
  }

  @Override
  public Option<HoodieAvroIndexedRecord> toIndexedRecord(
      HoodieSchema schema, Properties properties) {
    return Option.of(decoded(schema));
  }

  @Override
  @SuppressWarnings("rawtypes") // Hudi's own signature.
  public HoodieRecord wrapIntoHoodieRecordPayloadWithParams(
      HoodieSchema schema,
      Properties properties,
      Option<Pair<String, String>> names,
      boolean operations,
      Option<String> partition,
      boolean metaFields,
      Option<HoodieSchema> unmarked) {
    return decoded(schema)
        .wrapIntoHoodieRecordPayloadWithParams(
            schema, properties, names, operations, partition, metaFields, unmarked);
  }

  @Override
  @SuppressWarnings("rawtypes") // Hudi's own signature.
  public HoodieRecord wrapIntoHoodieRecordPayloadWithKeyGen(
      HoodieSchema schema, Properties properties, Option<BaseKeyGenerator> generator) {
    return decoded(schema).wrapIntoHoodieRecordPayloadWithKeyGen(schema, properties, generator);
  }
}
