package io.freshet.local.service;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The parts of the stack, in the order in which they are shown. */
public enum Part {
  /** PostgreSQL, the source database. */
  POSTGRES,
  /** A Kafka broker and controller in one. */
  KAFKA,
  /** A Kafka Connect worker in distributed mode. */
  CONNECT,
  /** Apicurio Registry. */
  REGISTRY,
  /** An S3 server. */
  S3,
  /** The Hive metastore. */
  METASTORE;

  /** The part's name on the command line, in JSON and in file names. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The part of that name.
   *
   * @throws StackException if there is none, naming those there are
   */
  public static Part of(String label) {
    return Arrays.stream(values())
        .filter(part -> part.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new StackException(
                    "unknown service '"
                        + label
                        + "'; the services are "
                        + Arrays.stream(values())
                            .map(Part::label)
                            .collect(Collectors.joining(", "))));
  }
}
