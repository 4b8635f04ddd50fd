package io.freshet.connect.avro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * One field of the encoded records of one schema: what stands before it is stepped over, only the
 * field itself is decoded. Compiled once per schema; used by one thread.
 */
public final class BodyField {

  /**
   * A field's value.
   *
   * @param schema its schema, of a union the branch that was taken
   * @param value as Avro's generic reader gives it, but a text is a {@link String}
   */
  public record Datum(Schema schema, Object value) {}

  private final Node root;

  private BodyField(Node root) {
    this.root = root;
  }

  /**
   * Finds a field in a schema.
   *
   * @param message the records' schema
   * @param path names from the record's field inwards; records may stand in unions
   * @return empty if no record on the way has it
   */
  public static Optional<BodyField> find(Schema message, List<String> path) {
    return Optional.ofNullable(node(message, path)).map(BodyField::new);
  }

  /**
   * Reads the field from an encoded record.
   *
   * @param bytes array that holds the record
   * @param start index of the record's first byte
   * @param length number of the record's bytes
   * @return empty if the field, or a record around it, is null
   * @throws IOException if the bytes are not a record of the schema
   */
  public Optional<Datum> read(byte[] bytes, int start, int length) throws IOException {
    try {
      return Optional.ofNullable(root.read(bytes, start, start + length));
    } catch (MalformedBodyException | AvroRuntimeException malformed) {
      throw new IOException(malformed.getMessage(), malformed);
    }
  }

  /** A part of the datum on the way to the field; null for where the field can't be. */
  private static Node node(Schema schema, List<String> path) {
    return switch (schema.getType()) {
      case UNION -> union(schema, path);
      case RECORD -> path.isEmpty() ? new Leaf(schema) : inside(schema, path);
      default -> path.isEmpty() ? new Leaf(schema) : null;
    };
  }

  private static Node union(Schema schema, List<String> path) {
    Node[] branches =
        schema.getTypes().stream().map(branch -> node(branch, path)).toArray(Node[]::new);
    for (int i = 0; i < branches.length; i++) {
      if (branches[i] != null && schema.getTypes().get(i).getType() != Schema.Type.NULL) {
        return new Union(branches);
      }
    }
    return null;
  }

  private static Node inside(Schema record, List<String> path) {
    Schema.Field field = record.getField(path.get(0));
    Node child = field == null ? null : node(field.schema(), path.subList(1, path.size()));
    if (child == null) {
      return null;
    }
    BodySkipper[] before =
        record.getFields().stream()
            .limit(field.pos())
            .map(each -> BodySkipper.compile(each.schema()))
            .toArray(BodySkipper[]::new);
    return new Inside(before, child);
  }

  private sealed interface Node {
    /** The field's value; null if there is none. */
    Datum read(byte[] bytes, int at, int end) throws IOException, MalformedBodyException;
  }

  private record Inside(BodySkipper[] before, Node field) implements Node {
    @Override
    public Datum read(byte[] bytes, int at, int end) throws IOException, MalformedBodyException {
      int next = at;
      for (BodySkipper part : before) {
        next = part.skip(bytes, next, end, 0);
      }
      return field.read(bytes, next, end);
    }
  }

  private record Union(Node[] branches) implements Node {
    @Override
    public Datum read(byte[] bytes, int at, int end) throws IOException, MalformedBodyException {
      int stop = BodySkipper.varintEnd(bytes, at, end, BodySkipper.INT_BYTES);
      long branch = BodySkipper.zigzag(bytes, at, stop);
      if (branch < 0 || branch >= branches.length) {
        throw new MalformedBodyException(
            "union branch %d is not below %d".formatted(branch, branches.length));
      }
      Node taken = branches[(int) branch];
      return taken == null ? null : taken.read(bytes, stop, end);
    }
  }

  private static final class Leaf implements Node {
    private final Schema schema;
    private final GenericDatumReader<Object> reader;
    private BinaryDecoder decoder;

    Leaf(Schema schema) {
      this.schema = schema;
      this.reader = new GenericDatumReader<>(schema);
    }

    @Override
    public Datum read(byte[] bytes, int at, int end) throws IOException {
      decoder = DecoderFactory.get().binaryDecoder(bytes, at, end - at, decoder);
      return switch (schema.getType()) {
        case NULL -> null;
        case BOOLEAN -> new Datum(schema, decoder.readBoolean());
        case INT -> new Datum(schema, decoder.readInt());
        case LONG -> new Datum(schema, decoder.readLong());
        case STRING -> new Datum(schema, decoder.readString());
        case BYTES -> new Datum(schema, decoder.readBytes((ByteBuffer) null));
        default -> new Datum(schema, reader.read(null, decoder));
      };
    }
  }
}
