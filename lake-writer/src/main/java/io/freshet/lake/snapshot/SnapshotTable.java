package io.freshet.lake.snapshot;

import io.freshet.lake.postgres.CopiedColumns;
import io.freshet.lake.postgres.Relation;
import io.freshet.lake.table.TableSpec;

/**
 * One load: a table of the source into a table of the lake.
 *
 * @param source the source's table
 * @param columns what is read of it
 * @param target the lake's table
 */
public record SnapshotTable(Relation source, CopiedColumns columns, TableSpec target) {

  /** {@code database.table} of the lake. */
  public String name() {
    return target.config().name();
  }
}
