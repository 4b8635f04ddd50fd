package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.ChangeBatch;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableSpec;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A table's columns, and how they follow those of its source. */
final class TableColumns {
  private static final Logger LOG = LoggerFactory.getLogger(TableColumns.class);

  private final HudiTable table;
  private StructType schema;
  private volatile boolean accepts;
  private boolean splits;
  private String difference = "";

  TableColumns(HudiTable table) {
    this.table = table;
    this.schema = table.schema();
  }

  /** As of the last commit; empty: there is no table yet. */
  StructType schema() {
    return schema;
  }

  /** Takes what the table itself says. */
  void reload() {
    schema = table.schema();
  }

  /** Takes what was committed by others than {@link #committed}. */
  void reset(StructType written) {
    schema = written;
  }

  /** Lets the next change of a column's type that does not fit split that column. */
  void accept() {
    accepts = true;
  }

  /**
   * The columns that the table needs for a batch; empty: no row of it says.
   *
   * @throws LakeException if the source's columns don't fit those of the table
   */
  StructType wanted(ChangeBatch changed) {
    StructType wanted = wanted(changed, false);
    String words = changed.difference(schema, wanted);
    if (!words.isEmpty() && !words.equals(difference)) {
      LOG.info("{}: the source's columns changed: {}", table.spec().config().name(), words);
    }
    difference = words;
    return wanted;
  }

  private StructType wanted(ChangeBatch changed, boolean accepted) {
    TableSpec spec = table.spec();
    try {
      return changed.schema(
          spec.config().name(), schema, spec.keys(), spec.config().partitionBy(), accepted);
    } catch (LakeException misfit) {
      if (accepted || !accepts) {
        throw misfit;
      }
      splits = true;
      return wanted(changed, true);
    }
  }

  /**
   * Takes note of what was committed.
   *
   * @return whether the columns are others than before
   */
  boolean committed(StructType written) {
    if (splits) {
      accepts = false; // What is accepted is one change, not all that may come.
      splits = false;
    }
    boolean changed = !written.equals(schema);
    schema = written;
    return changed;
  }
}
