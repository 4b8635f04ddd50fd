package io.freshet.lake.verify;

import io.freshet.lake.LakeException;
import io.freshet.lake.source.TopicPosition;
import java.util.function.Supplier;

/** Waits until a lake table has all that was committed in PostgreSQL before a position. */
public interface Barrier {
  /**
   * @param lsn a position in PostgreSQL's log
   * @param topic the table's topic
   * @param position asked for how far the table has read it
   * @throws LakeException if it has not got there in time; it says what stands still
   */
  void await(long lsn, String topic, Supplier<TopicPosition> position) throws InterruptedException;
}
