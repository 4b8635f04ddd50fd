package io.freshet.connect.s3;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does uploads side by side. The caller does its share of them, and waits for those alone that
 * another thread is doing already: so uploads may themselves be made of uploads, and one thread is
 * enough to finish them all, in order.
 */
final class UploadPool implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;

  private final int threads;
  private final ThreadPoolExecutor helpers;

  /**
   * @param threads uploads that run at the same time, the caller's among them; 1 or more
   */
  UploadPool(int threads) {
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    helpers =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "freshet-upload-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    helpers.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs them all. After a failure none is begun any more; those that run are waited for.
   *
   * @throws RuntimeException the first failure, the others suppressed in it
   */
  void run(List<Runnable> uploads) {
    Batch batch = new Batch(uploads);
    int helping = Math.min(threads, uploads.size()) - 1;
    for (int i = 0; i < helping; i++) {
      helpers.execute(batch::work);
    }
    batch.work();
    batch.finish();
  }

  @Override
  public void close() {
    // Not shutdownNow: an interrupt would close the temporary file that an upload reads.
    helpers.shutdown();
  }

  private static final class Batch {
    private final List<Runnable> uploads;
    private int next;
    private int running;
    private RuntimeException failure;

    Batch(List<Runnable> uploads) {
      this.uploads = uploads;
    }

    void work() {
      for (Runnable upload = begin(); upload != null; upload = begin()) {
        RuntimeException failed = null;
        try {
          upload.run();
        } catch (RuntimeException e) {
          failed = e;
        } catch (Error e) {
          end(new IllegalStateException("an upload failed", e));
          throw e;
        }
        end(failed);
      }
    }

    private synchronized Runnable begin() {
      if (failure != null || next == uploads.size()) {
        return null;
      }
      running++;
      return uploads.get(next++);
    }

    private synchronized void end(RuntimeException failed) {
      running--;
      if (failed != null && failure == null) {
        failure = failed;
      } else if (failed != null && failed != failure) {
        failure.addSuppressed(failed);
      }
      notifyAll();
    }

    private synchronized void finish() {
      boolean interrupted = false;
      while (running > 0) {
        try {
          wait();
        } catch (InterruptedException later) {
          // The uploads read the caller's buffers, which it may release when this returns.
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (failure != null) {
        throw failure;
      }
    }
  }
}
