package io.freshet.lake.config;

/**
 * How a {@code numeric} is stored that is declared without a precision, or with more digits than
 * the lake's decimals have.
 */
public enum BareNumeric {
  /** As a decimal of 38 digits; a value that does not fit stops its table. */
  DECIMAL,
  /** As text, whatever its size. */
  STRING
}
