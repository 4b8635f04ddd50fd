package io.freshet.connect.avro;

/**
 * Walks over a record's fields. A row's fields are mostly numbers and short texts, each perhaps
 * null: those are walked over here, without a call for each; whatever else there is, and whatever
 * seems wrong, is left to the field's own skipper, which knows how to say it.
 */
final class FieldWalk {
  /** What can be walked over here. */
  enum Kind {
    /** An integer, however long. */
    INTEGER,
    /** A length, then as many bytes. */
    LENGTH_PREFIXED,
    /** Anything else. */
    OTHER
  }

  /** The byte of a null, where a field isn't a union of null and one more type. */
  private static final int NEVER_NULL = -1;

  private final BodySkipper[] fields;
  private final BodySkipper[] values;
  private final Kind[] kinds;
  private final int[] nulls;

  FieldWalk(BodySkipper[] fields) {
    this.fields = fields;
    this.values = new BodySkipper[fields.length];
    this.kinds = new Kind[fields.length];
    this.nulls = new int[fields.length];
    for (int i = 0; i < fields.length; i++) {
      int nullBranch = fields[i].nullBranch();
      // Branch 0 is written as byte 0, branch 1 as byte 2.
      nulls[i] = nullBranch < 0 ? NEVER_NULL : 2 * nullBranch;
      values[i] = nullBranch < 0 ? fields[i] : fields[i].otherBranch();
      kinds[i] = values[i].kind();
    }
  }

  /** See {@link BodySkipper#skip}. */
  int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
    int next = at;
    for (int i = 0; i < fields.length; i++) {
      int from = next;
      if (nulls[i] != NEVER_NULL && from < end) {
        int branch = bytes[from];
        if (branch == nulls[i]) {
          next = from + 1;
          continue;
        }
        from += branch == (nulls[i] ^ 2) ? 1 : 0;
      }
      boolean isValue = nulls[i] == NEVER_NULL || from > next;
      next =
          isValue && from < end
              ? value(i, bytes, from, end, depth)
              : fields[i].skip(bytes, next, end, depth);
    }
    return next;
  }

  private int value(int i, byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
    int first = bytes[at];
    switch (kinds[i]) {
      case INTEGER:
        if (first >= 0) {
          return at + 1;
        }
        break;
      case LENGTH_PREFIXED:
        // One byte of an even number: twice the length, which isn't negative.
        if (first >= 0 && (first & 1) == 0 && first >>> 1 < end - at) {
          return at + 1 + (first >>> 1);
        }
        break;
      case OTHER:
        break;
    }
    return values[i].skip(bytes, at, end, depth);
  }
}
