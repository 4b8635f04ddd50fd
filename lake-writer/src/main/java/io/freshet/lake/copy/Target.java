package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyTable;

/** Where tables are copied to. */
interface Target extends AutoCloseable {
  /**
   * Refuses what can't be written, and makes nothing.
   *
   * @throws LakeException naming the reason and the fix
   */
  void check(CopyTable table, SourceTable source);

  /**
   * Makes a table this job's own, as long as the target is open.
   *
   * @throws LakeException if another job writes it
   */
  default void claim(CopyTable table) throws InterruptedException {
    // What several may write at a time needs no claim.
  }

  /**
   * Copies a table that was checked.
   *
   * @return how many rows were written
   * @throws LakeException if that fails; then nothing is left of it
   */
  long write(CopyTable table, SourceTable source) throws InterruptedException;

  @Override
  default void close() {
    // Most hold nothing.
  }
}
