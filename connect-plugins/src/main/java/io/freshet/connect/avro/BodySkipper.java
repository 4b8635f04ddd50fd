package io.freshet.connect.avro;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Walks over an encoded Avro datum without decoding it: the length of every part is checked against
 * the bytes that are there, no object is created. Compiled once per schema.
 *
 * <p>The binary encoding is described in the Avro specification, "Binary Encoding".
 */
abstract class BodySkipper {
  /**
   * Nesting of one recursive type in itself that a datum may have before it counts as malformed.
   */
  private static final int MAX_DEPTH = 1_000;

  static final int INT_BYTES = 5;
  static final int LONG_BYTES = 10;

  /**
   * @return index after the datum that begins at {@code at}
   * @throws MalformedBodyException if the datum doesn't end by {@code end}, or can't be one
   */
  abstract int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException;

  /** What a record's walk may do by itself: one of its constants. */
  int kind() {
    return FieldWalk.OTHER;
  }

  /** Index of null in a union of null and one more type; -1: it is none. */
  int nullBranch() {
    return -1;
  }

  /** The type beside null in such a union. */
  BodySkipper otherBranch() {
    throw new IllegalStateException("not a union of null and one more type");
  }

  /**
   * Checks that the bytes from {@code at} to {@code end} are exactly one datum.
   *
   * @throws MalformedBodyException if they are not
   */
  void check(byte[] bytes, int at, int end) throws MalformedBodyException {
    int stop = skip(bytes, at, end, 0);
    if (stop != end) {
      throw new MalformedBodyException((end - stop) + " bytes are left over after the Avro body");
    }
  }

  static BodySkipper compile(Schema schema) {
    return compile(schema, new IdentityHashMap<>());
  }

  private static BodySkipper compile(Schema schema, Map<Schema, RecursionGuard> enclosing) {
    return switch (schema.getType()) {
      case NULL -> new Fixed(0);
      case BOOLEAN -> new Bool();
      case INT -> new Varint(INT_BYTES);
      case LONG -> new Varint(LONG_BYTES);
      case FLOAT -> new Fixed(Float.BYTES);
      case DOUBLE -> new Fixed(Double.BYTES);
      case FIXED -> new Fixed(schema.getFixedSize());
      case BYTES, STRING -> new LengthPrefixed();
      case ENUM -> new Choice(schema.getEnumSymbols().size(), "enum index");
      case UNION ->
          new Union(
              schema.getTypes().stream()
                  .map(branch -> compile(branch, enclosing))
                  .toArray(BodySkipper[]::new));
      case ARRAY -> new BlocksSkipper(compile(schema.getElementType(), enclosing));
      case MAP ->
          new BlocksSkipper(
              new Sequence(
                  new BodySkipper[] {
                    new LengthPrefixed(), compile(schema.getValueType(), enclosing)
                  }));
      case RECORD -> {
        RecursionGuard known = enclosing.get(schema);
        if (known != null) {
          yield known;
        }
        RecursionGuard guard = new RecursionGuard();
        enclosing.put(schema, guard);
        List<Schema.Field> fields = schema.getFields();
        guard.record =
            new Sequence(
                fields.stream()
                    .map(field -> compile(field.schema(), enclosing))
                    .toArray(BodySkipper[]::new));
        yield guard.record;
      }
    };
  }

  private static MalformedBodyException truncated(int end) {
    return new MalformedBodyException("the Avro body is truncated at its byte " + end);
  }

  /** Index after the variable-length integer at {@code at}. */
  static int varintEnd(byte[] bytes, int at, int end, int maxBytes) throws MalformedBodyException {
    int limit = Math.min(end, at + maxBytes);
    for (int i = at; i < limit; i++) {
      if (bytes[i] >= 0) {
        return i + 1;
      }
    }
    if (limit < at + maxBytes) {
      throw truncated(end);
    }
    throw new MalformedBodyException("an integer is longer than " + maxBytes + " bytes");
  }

  /** The zigzag integer between {@code at} and {@code stop}. */
  static long zigzag(byte[] bytes, int at, int stop) {
    long raw = 0;
    for (int i = stop - 1; i >= at; i--) {
      raw = raw << 7 | (bytes[i] & 0x7f);
    }
    return raw >>> 1 ^ -(raw & 1);
  }

  private static final class Fixed extends BodySkipper {
    private final int size;

    Fixed(int size) {
      this.size = size;
    }

    @Override
    int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
      if (end - at < size) {
        throw truncated(end);
      }
      return at + size;
    }
  }

  private static final class Bool extends BodySkipper {
    @Override
    int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
      if (at >= end) {
        throw truncated(end);
      }
      if (bytes[at] >>> 1 != 0) {
        throw new MalformedBodyException("a boolean is neither 0 nor 1");
      }
      return at + 1;
    }
  }

  private static final class Varint extends BodySkipper {
    private final int maxBytes;

    Varint(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    int kind() {
      return maxBytes == INT_BYTES ? FieldWalk.INT : FieldWalk.LONG;
    }

    @Override
    int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
      return varintEnd(bytes, at, end, maxBytes);
    }
  }

  private static final class LengthPrefixed extends BodySkipper {
    @Override
    int kind() {
      return FieldWalk.LENGTH_PREFIXED;
    }

    @Override
    int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
      int start = varintEnd(bytes, at, end, LONG_BYTES);
      long length = zigzag(bytes, at, start);
      if (length < 0) {
        throw new MalformedBodyException("a length is negative");
      }
      if (length > end - start) {
        throw truncated(end);
      }
      return start + (int) length;
    }
  }

  private static final class Choice extends BodySkipper {
    private final int count;
    private final String what;

    Choice(int count, String what) {
      this.count = count;
      this.what = what;
    }

    @Override
    int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
      int stop = varintEnd(bytes, at, end, INT_BYTES);
      index(bytes, at, stop);
      return stop;
    }

    int index(byte[] bytes, int at, int stop) throws MalformedBodyException {
      long index = zigzag(bytes, at, stop);
      if (index < 0 || index >= count) {
        throw new MalformedBodyException(what + " " + index + " is not below " + count);
      }
      return (int) index;
    }
  }

  private static final class Union extends BodySkipper {
    private final BodySkipper[] branches;
    private final Choice choice;

    Union(BodySkipper[] branches) {
      this.branches = branches;
      this.choice = new Choice(branches.length, "union branch");
    }

    @Override
    int nullBranch() {
      if (branches.length == 2) {
        for (int i = 0; i < 2; i++) {
          if (branches[i] instanceof Fixed fixed && fixed.size == 0) {
            return i;
          }
        }
      }
      return -1;
    }

    @Override
    BodySkipper otherBranch() {
      return branches[1 - nullBranch()];
    }

    @Override
    int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
      int stop = varintEnd(bytes, at, end, INT_BYTES);
      return branches[choice.index(bytes, at, stop)].skip(bytes, stop, end, depth);
    }
  }

  private static final class Sequence extends BodySkipper {
    private final FieldWalk walk;

    Sequence(BodySkipper[] parts) {
      this.walk = new FieldWalk(parts);
    }

    @Override
    int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
      return walk.skip(bytes, at, end, depth);
    }
  }

  /** A record inside itself. */
  private static final class RecursionGuard extends BodySkipper {
    private BodySkipper record;

    @Override
    int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
      if (depth >= MAX_DEPTH) {
        throw new MalformedBodyException("a record is nested more than " + MAX_DEPTH + " deep");
      }
      return record.skip(bytes, at, end, depth + 1);
    }
  }
}
