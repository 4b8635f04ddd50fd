package io.freshet.connect.format;

import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.SchemaId;
import io.freshet.schemas.ChangeColumns;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.json.DecimalFormat;

/**
 * JSON lines: one object a line, in UTF-8, with the change columns {@link ChangeColumns#OFFSET} and
 * {@link ChangeColumns#KAFKA_TIMESTAMP}, and those that were asked for, after the record's own
 * fields. It takes the objects of a {@link JsonEncoder}, and records in Avro binary.
 *
 * @param compression of the files
 * @param decimals how decimals of Avro records are written
 */
public record JsonFormat(Compression compression, DecimalFormat decimals) implements FileFormat {
  private static final String EMPTY = "{}";

  @Override
  public String extension() {
    return "json" + compression.suffix();
  }

  @Override
  public FormatWriter open(LandedSchema schema, OutputStream out) {
    AvroJson avro = new AvroJson(decimals);
    return new StreamWriter(
        (record, offset, timestamp, to) -> write(record, offset, timestamp, avro, to),
        compression,
        out);
  }

  /** The columns take the place of the brace that ends the object. */
  private static void write(
      EncodedRecord record, long offset, long timestamp, AvroJson avro, OutputStream out)
      throws IOException {
    int length;
    if (record.schema().id().kind() == SchemaId.Kind.NONE) {
      length = record.length();
      out.write(record.bytes(), record.start(), length - 1);
    } else {
      byte[] object = JsonEncoder.object(avro.value(record));
      length = object.length;
      out.write(object, 0, length - 1);
    }
    String columns =
        "%s\"%s\":%d,\"%s\":%d"
            .formatted(
                length == EMPTY.length() ? "" : ",",
                ChangeColumns.OFFSET,
                offset,
                ChangeColumns.KAFKA_TIMESTAMP,
                timestamp);
    out.write(columns.getBytes(StandardCharsets.US_ASCII));
    if (record.extraLength() > 0) {
      byte[] more = avro.columns(record);
      more[0] = ',';
      out.write(more);
    } else {
      out.write('}');
    }
    out.write('\n');
  }
}
