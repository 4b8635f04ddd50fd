package io.freshet.local.service;

import java.time.Duration;

/** Told what happens while the stack starts or stops, from several threads. */
public interface Progress {
  /**
   * A part is done.
   *
   * @param what was done, in a word
   */
  void done(Part part, String what, Duration time);

  /** Something that the user should know. */
  void note(String message);

  /** Tells nobody. */
  Progress SILENT =
      new Progress() {
        @Override
        public void done(Part part, String what, Duration time) {}

        @Override
        public void note(String message) {}
      };
}
