package io.freshet.lake.config;

import java.util.Optional;

/**
 * How the source database is reached.
 *
 * @param url {@code jdbc:postgresql://host:port/database}
 * @param user who may read the captured tables
 * @param password never printed
 * @param publication the source connector's; empty where nobody needs to know
 * @param slot the source connector's replication slot; empty for all of the database's
 */
public record PostgresConfig(
    String url, String user, String password, Optional<String> publication, Optional<String> slot) {

  /** The URL without its parameters, among which may be secrets. */
  public String address() {
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }

  @Override
  public String toString() {
    return user + " at " + address();
  }
}
