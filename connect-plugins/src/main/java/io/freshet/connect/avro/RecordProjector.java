package io.freshet.connect.avro;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Makes encoded records of one schema records of another: fields that only the former has are left
 * out, those that only the latter has get their defaults. The rules are those of the Avro
 * specification, "Schema Resolution". Used by one thread.
 */
public final class RecordProjector {

  private record Pair(LandedSchema from, LandedSchema to) {}

  /** What the rows of one file, and those of the files beside it, have in common. */
  private record Rows(
      SchemaId.Kind kind, long id, List<LandedSchema.Column> columns, List<Schema> beside) {

    /** Those of a record, if its value were of another schema. */
    static Rows of(LandedSchema value, EncodedRecord record) {
      return new Rows(
          value.id().kind(),
          value.id().id(),
          record.schema().columns(),
          record.beside().stream().map(each -> each.row().schema().message()).toList());
    }
  }

  private final Map<Pair, Projection> projections = new HashMap<>();
  private final Map<Pair, Boolean> lossless = new HashMap<>();
  private final Map<LandedSchema, LandedSchema> known = new HashMap<>();
  private final Map<Rows, LandedSchema> targets = new HashMap<>();

  /**
   * Makes a record one of another message schema. Its columns stay as they are.
   *
   * @param record for the error's text
   * @param encoded the record
   * @param to a schema of the messages that the record is to be one of
   * @return valid until the next call
   * @throws BadRecordException if it can't be one, naming both schemas and where they differ
   */
  public EncodedRecord project(SinkRecord record, EncodedRecord encoded, LandedSchema to) {
    Projection projection =
        projections.computeIfAbsent(
            new Pair(encoded.schema(), to),
            pair -> new Projection(pair.from(), target(encoded, pair.to())));
    if (record.value() == null) {
      // Its fields are null in every schema, whatever their defaults.
      return projection.none(encoded);
    }
    try {
      return projection.apply(encoded);
    } catch (IOException | AvroRuntimeException unfit) {
      throw new BadRecordException(
          record,
          "its schema %s can't be made the file's, %s: %s"
              .formatted(
                  described(encoded.schema()),
                  described(to),
                  projection.difference.isEmpty() ? unfit.getMessage() : projection.difference),
          unfit);
    }
  }

  /** Whether records of one message schema have a place for all that records of another hold. */
  public boolean isLossless(LandedSchema from, LandedSchema to) {
    return lossless.computeIfAbsent(
        new Pair(from, to),
        pair ->
            difference(from.message(), to.message()).isEmpty()
                && SchemaCover.covers(to.message(), from.message()));
  }

  /**
   * The record with the schema that projected records of its kind have too, so that they share a
   * file.
   */
  public EncodedRecord asKnown(EncodedRecord encoded) {
    LandedSchema schema =
        known.computeIfAbsent(
            encoded.schema(),
            first -> {
              LandedSchema former = targets.putIfAbsent(Rows.of(first, encoded), first);
              return former == null ? first : former;
            });
    return schema == encoded.schema()
        ? encoded
        : new EncodedRecord(
            schema,
            encoded.bytes(),
            encoded.start(),
            encoded.length(),
            encoded.extra(),
            encoded.extraLength(),
            encoded.beside());
  }

  /** The other message schema, with the record's own columns and rows beside it. */
  private LandedSchema target(EncodedRecord encoded, LandedSchema to) {
    return targets.computeIfAbsent(
        Rows.of(to, encoded),
        rows ->
            LandedSchema.of(
                // Encoders count their variants upwards from zero.
                new SchemaId(rows.kind(), rows.id(), -1 - targets.size()),
                to.message(),
                rows.columns()));
  }

  private static String described(LandedSchema schema) {
    return schema.message().getFullName() + " (" + schema.id() + ")";
  }

  /** Where the schemas don't fit together; empty: nowhere. */
  private static String difference(Schema from, Schema to) {
    SchemaCompatibility.SchemaPairCompatibility checked =
        SchemaCompatibility.checkReaderWriterCompatibility(to, from);
    return checked.getType() == SchemaCompatibilityType.COMPATIBLE
        ? ""
        : checked.getResult().getIncompatibilities().stream()
            .map(
                each ->
                    "%s at %s, %s".formatted(each.getType(), each.getLocation(), each.getMessage()))
            .collect(Collectors.joining("; "));
  }

  /** From one schema to one other. */
  private static final class Projection {
    private final LandedSchema target;
    private final String difference;
    private final byte[] none;
    private final ExactReader<Object> reader;
    private final GenericDatumWriter<Object> writer;
    private final Output output = new Output();
    private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(output, null);
    private BinaryDecoder decoder;
    private Object reused;

    Projection(LandedSchema from, LandedSchema target) {
      // Of its own: a decimal is written as it was read, whatever conversions others set up.
      GenericData data = new GenericData();
      this.target = target;
      this.difference = difference(from.message(), target.message());
      this.none = NullableFields.of(target.message()).none();
      this.reader = new ExactReader<>(from.message(), target.message(), data);
      this.writer = new GenericDatumWriter<>(target.message(), data);
    }

    EncodedRecord apply(EncodedRecord encoded) throws IOException {
      if (!difference.isEmpty()) {
        throw new IOException(difference);
      }
      decoder =
          DecoderFactory.get()
              .binaryDecoder(encoded.bytes(), encoded.start(), encoded.length(), decoder);
      reused = reader.read(reused, decoder);
      output.reset();
      writer.write(reused, encoder);
      encoder.flush();
      return projected(encoded, output.bytes(), output.size());
    }

    EncodedRecord none(EncodedRecord encoded) {
      return projected(encoded, none, none.length);
    }

    private EncodedRecord projected(EncodedRecord encoded, byte[] bytes, int length) {
      return new EncodedRecord(
          target, bytes, 0, length, encoded.extra(), encoded.extraLength(), encoded.beside());
    }
  }

  /** Gives its array away instead of a copy. */
  private static final class Output extends ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }
  }
}
