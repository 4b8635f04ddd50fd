package io.freshet.lake.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.schemas.LandingCommit;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** A landing log on disk, written by its contract, for one partition of one topic. */
public final class TestLog {
  public static final Schema ARTIST =
      artist(SchemaBuilder.record("Value").namespace("moma.public.artists").fields());

  /** The same as it is in Kafka, without what the sink appends. */
  static final Schema MESSAGE = withoutAppended();

  private final Path root;
  private final String topic;
  private final List<GenericRecord> waiting = new ArrayList<>();
  private long offset;
  private long position;
  private Path newest;

  public TestLog(Path root, String topic) {
    this.root = root;
    this.topic = topic;
  }

  private static Schema withoutAppended() {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : ARTIST.getFields()) {
      if (!field.name().equals("__offset") && !field.name().equals("__kafka_timestamp")) {
        fields.add(new Schema.Field(field, field.schema()));
      }
    }
    return Schema.createRecord(ARTIST.getName(), null, ARTIST.getNamespace(), false, fields);
  }

  /** An artist's schema; further fields may stand before it in the builder. */
  public static Schema artist(SchemaBuilder.FieldAssembler<Schema> fields) {
    return fields
        .requiredInt("artist_id")
        .optionalString("name")
        .optionalString("nationality")
        .optionalInt("birth_year")
        .optionalInt("death_year")
        .optionalString("__op")
        .optionalString("__db")
        .optionalString("__schema")
        .optionalString("__table")
        .optionalLong("__lsn")
        .optionalLong("__source_ts_ms")
        .optionalString("__deleted")
        .requiredLong("__offset")
        .requiredLong("__kafka_timestamp")
        .endRecord();
  }

  public TestLog change(
      String op, int id, String name, String nationality, Integer birth, Integer death) {
    return change(ARTIST, op, id, name, nationality, birth, death, Map.of());
  }

  public TestLog change(
      Schema schema,
      String op,
      int id,
      String name,
      String nationality,
      Integer birth,
      Integer death,
      Map<String, Object> more) {
    GenericRecord record = new GenericData.Record(schema);
    record.put("artist_id", id);
    record.put("name", name);
    record.put("nationality", nationality);
    record.put("birth_year", birth);
    record.put("death_year", death);
    record.put("__op", op);
    record.put("__table", "artists");
    record.put("__lsn", 1000 - offset); // An LSN does not order changes.
    record.put("__source_ts_ms", 1_700_000_000_000L);
    record.put("__deleted", Boolean.toString(op.equals("d")));
    record.put("__offset", offset++);
    record.put("__kafka_timestamp", 1_700_000_000_000L);
    more.forEach(record::put);
    waiting.add(record);
    return this;
  }

  /** Any message; its offset and timestamp are put in. */
  TestLog message(GenericRecord record) {
    record.put("__offset", offset++);
    record.put("__kafka_timestamp", 1_700_000_000_000L);
    waiting.add(record);
    return this;
  }

  /** A flattened delete, with the fillers that its non-key columns carry. */
  TestLog delete(int id) {
    return change("d", id, "", "", 0, 0);
  }

  /** A message of any schema that has the landing log's columns. */
  TestLog message(Schema schema, Map<String, Object> values) {
    GenericRecord record = new GenericData.Record(schema);
    values.forEach(record::put);
    record.put("__offset", offset++);
    record.put("__kafka_timestamp", 1_700_000_000_000L);
    waiting.add(record);
    return this;
  }

  /** Offsets that hold no record, such as a transaction's marker. */
  public TestLog skip(int offsets) {
    offset += offsets;
    return this;
  }

  /** Lands what is waiting as one file. */
  public void land() {
    newest = root.resolve(new LandingKey("", topic, 0, position, "avro").key());
    write(waiting, UUID.randomUUID());
    waiting.clear();
    position = offset;
  }

  /** Lands what is waiting as several files in one commit; the rows go to them in turn. */
  void commit(int files) {
    UUID writer = UUID.randomUUID();
    List<Map<String, Object>> entries = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      int number = i;
      List<GenericRecord> rows =
          IntStream.range(0, waiting.size())
              .filter(row -> row % files == number)
              .mapToObj(waiting::get)
              .toList();
      String key = "%s/f=%d/%s+0+%020d+%s-%d.avro".formatted(topic, i, topic, position, writer, i);
      newest = root.resolve(key);
      Map<String, Object> entry = new HashMap<>(write(rows, writer).toMap());
      entry.put(LandingCommit.FILE_KEY, "where/it/was/landed/" + key);
      entry.put(LandingCommit.FILE_BYTES, newest.toFile().length());
      entries.add(entry);
    }
    Map<String, Object> record =
        new HashMap<>(new LandingMetadata(offset, waiting.size(), -1, writer, 1, 2).toMap());
    record.put(LandingCommit.POSITION, position);
    record.put(LandingCommit.FILES, entries);
    try {
      Path commit = root.resolve(LandingCommit.key("", topic, 0, position));
      Files.createDirectories(commit.getParent());
      Path hidden = root.resolveSibling(UUID.randomUUID() + ".json");
      new ObjectMapper().writeValue(hidden.toFile(), record);
      Files.move(hidden, commit, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    waiting.clear();
    position = offset;
  }

  private LandingMetadata write(List<GenericRecord> rows, UUID uploader) {
    Schema schema = rows.get(rows.size() - 1).getSchema();
    LandingMetadata metadata =
        new LandingMetadata(offset, rows.size(), Math.abs(schema.hashCode()), uploader, 1, 2);
    try {
      Files.createDirectories(newest.getParent());
      // Whole at once, as in S3: a job may be reading.
      Path hidden = root.resolveSibling(UUID.randomUUID() + ".avro");
      try (DataFileWriter<GenericRecord> writer =
          new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
        metadata.toMap().forEach(writer::setMeta);
        writer.create(schema, hidden.toFile());
        for (GenericRecord record : rows) {
          writer.append(record);
        }
      }
      Files.move(hidden, newest, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return metadata;
  }

  /** The file of the last {@link #land}. */
  public Path newest() {
    return newest;
  }
}
