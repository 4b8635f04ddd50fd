package io.freshet.lake.change;

import io.freshet.lake.source.ConfluentFiles;
import io.freshet.schemas.ChangeColumns;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.mapred.FsInput;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The messages of a landed file, with the columns that Freshet's sink appends. */
final class LandedReader implements Closeable {
  /** {@link ChangeColumns#KAFKA_TIMESTAMP} where the file does not say it. */
  private static final long NO_TIMESTAMP = -1L;

  private final DataFileReader<GenericRecord> reader;
  private final Schema schema;
  private final OptionalLong start;
  private final int offset;
  private long ordinal;

  private LandedReader(DataFileReader<GenericRecord> reader, Schema schema, OptionalLong start) {
    this.reader = reader;
    this.schema = schema;
    this.start = start;
    this.offset = start.isPresent() ? schema.getField(ChangeColumns.OFFSET).pos() : -1;
  }

  static LandedReader open(String path, Configuration hadoop) throws IOException {
    // What each field needs is found out once for a file, not at each record.
    GenericData data = new GenericData();
    data.setFastReaderEnabled(true);
    GenericDatumReader<GenericRecord> datum = new GenericDatumReader<>(null, null, data);
    DataFileReader<GenericRecord> reader =
        new DataFileReader<>(new FsInput(new Path(path), hadoop), datum);
    Schema written = reader.getSchema();
    OptionalLong start = ConfluentFiles.start(path);
    boolean complete =
        written.getType() != Schema.Type.RECORD || written.getField(ChangeColumns.OFFSET) != null;
    if (complete || start.isEmpty()) {
      return new LandedReader(reader, written, OptionalLong.empty());
    }
    Schema landed = appended(written);
    datum.setExpected(landed);
    return new LandedReader(reader, landed, start);
  }

  private static Schema appended(Schema written) {
    List<Schema.Field> fields = new ArrayList<>();
    written.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    for (String name : List.of(ChangeColumns.OFFSET, ChangeColumns.KAFKA_TIMESTAMP)) {
      fields.add(new Schema.Field(name, Schema.create(Schema.Type.LONG), null, NO_TIMESTAMP));
    }
    Schema landed = Schema.createRecord(written.getName(), null, written.getNamespace(), false);
    landed.setFields(fields);
    return landed;
  }

  /** The messages' schema, appended columns included. */
  Schema schema() {
    return schema;
  }

  boolean hasNext() {
    return reader.hasNext();
  }

  GenericRecord next(GenericRecord reused) throws IOException {
    GenericRecord message = reader.next(reused);
    if (start.isPresent()) {
      message.put(offset, start.getAsLong() + ordinal++);
    }
    return message;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
