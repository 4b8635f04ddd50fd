package io.freshet.local.service;

/**
 * What a part answers when asked.
 *
 * @param healthy whether it does its work
 * @param detail why not; empty when healthy
 */
record Health(boolean healthy, String detail) {
  static final Health HEALTHY = new Health(true, "");

  static Health unhealthy(String detail) {
    return new Health(false, detail);
  }
}
