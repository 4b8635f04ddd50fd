package io.freshet.lake.table;

/** How many rows' partitions a process remembers, over all of its tables. */
public final class KeyBudget {
  private final long most;
  private long taken;

  /**
   * @param most 0 or more
   */
  public KeyBudget(long most) {
    this.most = most;
  }

  /** What is left for a table that has taken nothing yet. */
  synchronized long left() {
    return Math.max(0, most - taken);
  }

  /**
   * Takes some, or gives some back where it is less than 0.
   *
   * @return whether there was enough; if not, nothing was taken
   */
  synchronized boolean take(long keys) {
    if (keys > 0 && keys > most - taken) {
      return false;
    }
    taken += keys;
    return true;
  }

  @Override
  public synchronized String toString() {
    return taken + " of " + most;
  }
}
