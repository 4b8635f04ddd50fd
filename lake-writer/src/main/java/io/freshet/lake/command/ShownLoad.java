package io.freshet.lake.command;

import io.freshet.lake.metrics.Progress;
import io.freshet.lake.snapshot.SnapshotProgress;
import java.nio.file.Path;

/** A load of whole tables whose progress a terminal and {@code status} show. */
final class ShownLoad {
  private ShownLoad() {}

  /** What loads. */
  interface Load<T> {
    T run() throws InterruptedException;
  }

  /**
   * Runs it.
   *
   * @param file by which {@code status} finds it
   * @param asked whether it may be asked over HTTP
   */
  static <T> T run(Path file, boolean asked, SnapshotProgress progress, Load<T> load)
      throws InterruptedException {
    Progress shown = Progress.showing(progress::line);
    try (Serving serving = Serving.ofLoad(file, asked)) {
      serving.answerFor(progress);
      return load.run();
    } finally {
      shown.stop();
    }
  }
}
