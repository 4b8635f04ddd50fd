package io.freshet.lake.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.freshet.schemas.ChangeColumns;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.hudi.avro.HoodieAvroUtils;
import org.apache.hudi.common.model.HoodieAvroIndexedRecord;
import org.apache.hudi.common.model.HoodieKey;
import org.apache.hudi.common.model.HoodieRecord;
import org.apache.hudi.common.model.HoodieRecordLocation;
import org.apache.hudi.common.model.MetadataValues;
import org.apache.hudi.common.schema.HoodieSchema;
import org.apache.hudi.common.schema.HoodieSchemaUtils;
import org.junit.jupiter.api.Test;

/** What a row's log block holds is what Hudi's own record would have put there. */
class LoggedRowTest {
  private static final Schema ROW =
      SchemaBuilder.record("row")
          .fields()
          .requiredInt("id")
          .optionalString("name")
          .optionalBytes("image")
          .name("tags")
          .type()
          .nullable()
          .array()
          .items()
          .stringType()
          .noDefault()
          .optionalLong(ChangeColumns.SOURCE_TS_MS)
          .endRecord();

  private static final HoodieSchema SCHEMA = HoodieSchema.fromAvroSchema(ROW);
  private static final HoodieSchema LOGGED = HoodieSchemaUtils.addMetadataFields(SCHEMA);
  private static final Properties NONE = new Properties();

  private final GenericRecord row =
      new GenericRecordBuilder(ROW)
          .set("id", 7)
          .set("name", "Zoë")
          .set("image", ByteBuffer.wrap(new byte[] {0, -1}))
          .set(
              "tags",
              new GenericData.Array<>(
                  ROW.getField("tags").schema().getTypes().get(0), List.of("a", "")))
          .set(ChangeColumns.SOURCE_TS_MS, 1_700_000_000_000L)
          .build();

  @Test
  void hasTheBytesOfHudisOwnRecord() throws Exception {
    HoodieAvroIndexedRecord record = record(row);
    LoggedRow sent = sent(LoggedRow.of(record));
    assertThat(logged(sent, LOGGED, values()))
        .isInstanceOf(LoggedRow.class)
        .satisfies(
            ours -> assertThat(bytes(ours)).isEqualTo(bytes(logged(record, LOGGED, values()))));
  }

  @Test
  void missesWhatHudiDoesNotSay() throws Exception {
    MetadataValues some = new MetadataValues().setCommitTime("20260101000000000");
    assertThat(bytes(logged(sent(LoggedRow.of(record(row))), LOGGED, some)))
        .isEqualTo(bytes(logged(record(row), LOGGED, some)));
  }

  @Test
  void keepsWhereItGoesAndWhenItChanged() {
    LoggedRow sent = sent(LoggedRow.of(record(row)));
    assertThat(sent.getKey()).isEqualTo(new HoodieKey("7", "country=NL"));
    assertThat(sent.getCurrentLocation())
        .isEqualTo(new HoodieRecordLocation("20260101000000000", "0001-file"));
    assertThat(sent.sourceTime()).hasValue(1_700_000_000_000L);
    GenericRecord untold =
        new GenericRecordBuilder((GenericData.Record) row)
            .clear(ChangeColumns.SOURCE_TS_MS)
            .set(ChangeColumns.SOURCE_TS_MS, null)
            .build();
    assertThat(sent(LoggedRow.of(record(untold))).sourceTime()).isEmpty();
  }

  /** With the operation's column, say, the bytes are not those of the row alone. */
  @Test
  void isAsHudisOwnWhereTheLogHasOtherColumns() throws Exception {
    HoodieSchema other = HoodieSchemaUtils.addMetadataFields(SCHEMA, true);
    MetadataValues values = values().setOperation("U");
    HoodieRecord<?> ours = logged(sent(LoggedRow.of(record(row))), other, values);
    assertThat(ours).isInstanceOf(HoodieAvroIndexedRecord.class);
    assertThat(bytes(ours)).isEqualTo(bytes(logged(record(row), other, values)));
  }

  @Test
  void isReadAsHudisOwn() throws Exception {
    LoggedRow sent = sent(LoggedRow.of(record(row)));
    assertThat(sent.getColumnValueAsJava(SCHEMA, "name", NONE)).hasToString("Zoë");
    assertThat(sent.toIndexedRecord(SCHEMA, NONE).get().getData())
        .isEqualTo(HoodieAvroUtils.bytesToAvro(HoodieAvroUtils.avroToBytes(row), ROW));
  }

  private static HoodieAvroIndexedRecord record(GenericRecord row) {
    HoodieAvroIndexedRecord record =
        new HoodieAvroIndexedRecord(new HoodieKey("7", "country=NL"), row);
    record.setCurrentLocation(new HoodieRecordLocation("20260101000000000", "0001-file"));
    return record;
  }

  private static MetadataValues values() {
    return new MetadataValues()
        .setCommitTime("20260101000000001")
        .setCommitSeqno("20260101000000001_0_1")
        .setRecordKey("7")
        .setPartitionPath("country=NL")
        .setFileName("0001-file");
  }

  private static LoggedRow sent(LoggedRow row) {
    Kryo kryo = new Kryo();
    kryo.setRegistrationRequired(false);
    Output out = new Output(1_024, -1);
    kryo.writeClassAndObject(out, row);
    return (LoggedRow) kryo.readClassAndObject(new Input(out.toBytes()));
  }

  private static HoodieRecord<?> logged(
      HoodieRecord<?> record, HoodieSchema schema, MetadataValues values) {
    return record.prependMetaFields(SCHEMA, schema, values, NONE);
  }

  private static byte[] bytes(HoodieRecord<?> record) {
    try {
      return record.getAvroBytes(LOGGED, NONE).toByteArray();
    } catch (java.io.IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}
