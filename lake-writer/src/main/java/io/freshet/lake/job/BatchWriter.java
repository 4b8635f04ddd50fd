package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.BadRecord;
import io.freshet.lake.change.BadRecordException;
import io.freshet.lake.change.ChangeBatch;
import io.freshet.lake.change.MovedRowFoundException;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches into a table. How a batch has to be written shows while it is read: most have
 * neither records that can't be read nor rows that lack what stands under another key, and are not
 * searched for them beforehand.
 */
final class BatchWriter {
  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

  private final HudiTable table;
  private final TableQuarantine quarantine;

  /**
   * Whether the last batch had rows under new keys that lacked values. Where keys change, the next
   * one is likely to have some too, and finding that out by a try costs as much as the try.
   */
  private boolean moving;

  BatchWriter(HudiTable table, TableQuarantine quarantine) {
    this.table = table;
    this.quarantine = quarantine;
  }

  /**
   * Makes a commit of a batch; what can't be read goes to the quarantine.
   *
   * @param from the table's position before it
   * @param reached its position afterwards
   */
  void write(ChangeBatch changed, StructType columns, TopicPosition from, TopicPosition reached) {
    try {
      writeGood(changed, columns, reached);
    } catch (Exception failed) {
      // Spark's Scala throws checked exceptions that Java's compiler does not know of.
      if (!BadRecordException.isIn(failed)) {
        throw BatchWriter.<RuntimeException>unchecked(failed);
      }
      quarantine.putAside(bad(changed, columns), from);
      writeGood(changed, columns, reached);
    }
  }

  private void writeGood(ChangeBatch changed, StructType columns, TopicPosition reached) {
    List<String> keys = table.spec().keys();
    if (!moving) {
      try {
        table.commit(
            columns, order -> changed.rows(columns, keys, quarantine.known(), order), reached);
        return;
      } catch (Exception failed) {
        if (!MovedRowFoundException.in(failed)) {
          throw BatchWriter.<RuntimeException>unchecked(failed);
        }
        LOG.info("{}: rows have new primary keys; taking what was not logged from the old", name());
      }
    }
    ChangeBatch.Moved rows = changed.movedRows(columns, keys, quarantine.known(), table.rows());
    moving = rows.found();
    table.commit(rows.rows(), reached);
  }

  /** Without a single message that can be read there is no table, and no commit to go by. */
  void requireNoneBad(ChangeBatch changed, StructType columns) {
    for (BadRecord record : bad(changed, columns)) {
      throw new LakeException(
          "%s: no message of topic %s can be read so far, so there is no table to make; %s: %s"
              .formatted(name(), record.topic(), record.place(), record.reason()));
    }
  }

  private List<BadRecord> bad(ChangeBatch changed, StructType columns) {
    return changed.badRecords(
        columns, table.spec().keys(), quarantine.known(), quarantine.room() + 1);
  }

  private String name() {
    return table.spec().config().name();
  }

  /** Any exception, thrown as it is. */
  @SuppressWarnings("unchecked")
  static <E extends Exception> RuntimeException unchecked(Exception failed) throws E {
    throw (E) failed;
  }
}
