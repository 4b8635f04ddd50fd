package io.freshet.lake.table;

import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps table services from crowding out the commits that run in the same process: while there are
 * any, a service rests after each piece of its work as long as the piece took, so that it takes
 * half a core. Executors of their own have cores of their own, and know of no commits.
 *
 * @param <T> a piece of work
 */
final class Pace<T> implements Iterator<T> {
  /** One large piece shall not stop the services for as long. */
  private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long LOOK_MILLIS = 20;
  private static final AtomicInteger COMMITS = new AtomicInteger();

  private final Iterator<T> pieces;
  private long began;

  private Pace(Iterator<T> pieces) {
    this.pieces = pieces;
  }

  /** The same pieces, handed out at the pace. */
  static <T> Iterator<T> of(Iterator<T> pieces) {
    return new Pace<>(pieces);
  }

  /** A commit, until it is closed. */
  static Commit commit() {
    COMMITS.incrementAndGet();
    return COMMITS::decrementAndGet;
  }

  /** What services make room for. */
  interface Commit extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public boolean hasNext() {
    return pieces.hasNext();
  }

  @Override
  public T next() {
    if (began != 0) {
      rest(Math.min(System.nanoTime() - began, LONGEST_REST_NANOS));
    }
    began = System.nanoTime();
    return pieces.next();
  }

  private static void rest(long nanos) {
    long until = System.nanoTime() + nanos;
    try {
      while (COMMITS.get() > 0 && System.nanoTime() < until) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException cutOff) {
      Thread.currentThread().interrupt();
    }
  }
}
