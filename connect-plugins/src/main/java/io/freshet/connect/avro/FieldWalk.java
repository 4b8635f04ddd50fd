package io.freshet.connect.avro;

/**
 * Walks over a record's fields. A row's fields are mostly numbers and short texts, each perhaps
 * null: those are walked over here, without a call for each; whatever else there is, and whatever
 * seems wrong, is left to the field's own skipper, which knows how to say it.
 */
final class FieldWalk {
  /** Whether a field is a union of null and one more type; if so, 2 is the bit of null's branch. */
  private static final int NULLABLE = 1;

  private static final int NULL_BRANCH = 2;

  /** An integer of up to five bytes. */
  static final int INT = 4;

  /** An integer of up to ten bytes. */
  static final int LONG = 8;

  /** A length, then as many bytes. */
  static final int LENGTH_PREFIXED = 16;

  /** Anything else. */
  static final int OTHER = 0;

  private final BodySkipper[] fields;
  private final BodySkipper[] values;
  private final int[] kinds;

  FieldWalk(BodySkipper[] fields) {
    this.fields = fields;
    this.values = new BodySkipper[fields.length];
    this.kinds = new int[fields.length];
    for (int i = 0; i < fields.length; i++) {
      int nullBranch = fields[i].nullBranch();
      values[i] = nullBranch < 0 ? fields[i] : fields[i].otherBranch();
      kinds[i] = values[i].kind();
      if (nullBranch >= 0) {
        // Branch 0 is written as byte 0, branch 1 as byte 2.
        kinds[i] |= NULLABLE | (nullBranch == 0 ? 0 : NULL_BRANCH);
      }
    }
  }

  /** See {@link BodySkipper#skip}. */
  int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
    int next = at;
    for (int i = 0; i < kinds.length; i++) {
      int kind = kinds[i];
      if ((kind & NULLABLE) != 0) {
        int branch = next < end ? bytes[next] : -1;
        if (branch == (kind & NULL_BRANCH)) {
          next++;
          continue;
        }
        if (branch != (~kind & NULL_BRANCH)) {
          next = fields[i].skip(bytes, next, end, depth);
          continue;
        }
        next++;
      }
      next = value(i, kind, bytes, next, end, depth);
    }
    return next;
  }

  private int value(int i, int kind, byte[] bytes, int at, int end, int depth)
      throws MalformedBodyException {
    if (at < end) {
      int first = bytes[at];
      if ((kind & (INT | LONG)) != 0) {
        return first >= 0
            ? at + 1
            : BodySkipper.varintEnd(
                bytes, at, end, (kind & INT) != 0 ? BodySkipper.INT_BYTES : BodySkipper.LONG_BYTES);
      }
      // One byte of an even number: twice the length, which isn't negative.
      if ((kind & LENGTH_PREFIXED) != 0
          && first >= 0
          && (first & 1) == 0
          && first >>> 1 < end - at) {
        return at + 1 + (first >>> 1);
      }
    }
    return values[i].skip(bytes, at, end, depth);
  }
}
