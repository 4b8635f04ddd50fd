package io.freshet.lake.config;

/**
 * How an {@code interval} is stored: what the source connector's {@code interval.handling.mode}
 * makes of it.
 */
public enum IntervalMode {
  /** As ISO 8601 text; nothing is lost. */
  STRING,
  /** As microseconds, a month being 30.4375 days. */
  NUMERIC
}
