package io.freshet.lake.config;

import io.freshet.lake.source.KafkaConnection;
import java.util.List;
import java.util.Optional;

/**
 * How tables are compared with the source.
 *
 * @param mask columns whose values are not shown: {@code column}, {@code table.column} or {@code
 *     schema.table.column}, with {@code *} for any text
 * @param kafka where topics are asked for their ends; empty where the source says
 */
public record VerifyConfig(List<String> mask, Optional<KafkaConnection> kafka) {
  /** Nothing is masked but what looks like a secret. */
  public static final VerifyConfig DEFAULTS = new VerifyConfig(List.of(), Optional.empty());

  public VerifyConfig {
    mask = List.copyOf(mask);
  }
}
