package io.freshet.lake.metrics;

import java.util.Locale;

/** Whether a table advances. */
public enum TableState {
  /** It is written, or waits for changes. */
  RUNNING,
  /** Its last try failed, and it is tried again. */
  BACKING_OFF,
  /** It is not tried any more. */
  STOPPED,
  /** No job was asked. */
  UNKNOWN;

  /** As it is spelt in the status and in labels: {@code backing-off}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
