package io.freshet.lake.change;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * What becomes of the messages that can't be made rows: those that are in quarantine are passed
 * over; another one ends the writing, or is noted where they are looked for.
 */
final class BadRecords {
  private final Quarantined known;
  private final List<BadRecord> found;
  private final int most;

  private BadRecords(Quarantined known, List<BadRecord> found, int most) {
    this.known = known;
    this.found = found;
    this.most = most;
  }

  /** For writing: one that is not known ends it with {@link BadRecordException}. */
  static BadRecords passing(Quarantined known) {
    return new BadRecords(known, null, Integer.MAX_VALUE);
  }

  /**
   * For looking for them.
   *
   * @param most how many are enough
   */
  static BadRecords noting(Quarantined known, int most) {
    return new BadRecords(known, new ArrayList<>(), most);
  }

  /** Those that were noted. */
  List<BadRecord> found() {
    return found;
  }

  /** Whether there is no need to read on. */
  boolean isEnough() {
    return found != null && found.size() >= most;
  }

  boolean isKnown(int partition, long offset) {
    return known.has(partition, offset);
  }

  /**
   * A message's row.
   *
   * @return null where it is passed over
   */
  InternalRow row(RowDecoder decoder, GenericRecord message, int partition) {
    long offset = decoder.offset(message);
    if (known.has(partition, offset)) {
      return null;
    }
    String reason;
    try {
      InternalRow row = decoder.row(message);
      if (!decoder.isPartial(row)
          || !known.mayLackChanges(partition, offset, decoder.key(message))) {
        return row;
      }
      reason =
          "it lacks values that the source did not log, and an earlier change of its row is in quarantine";
    } catch (BadValueException unfit) {
      reason = unfit.getMessage();
    }
    reject(BadRecord.decoded(decoder, message, partition, reason));
    return null;
  }

  /** Takes notice of a message that can't be made a row. */
  void reject(BadRecord record) {
    if (found == null) {
      throw new BadRecordException(record);
    }
    found.add(record);
  }
}
