package io.freshet.lake.config;

import io.freshet.lake.source.KafkaConnection;
import io.freshet.lake.source.MessageIds;
import java.util.List;
import java.util.Map;
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

  /**
   * @param top the whole configuration
   */
  static VerifyConfig read(Section top) {
    if (!top.has("verify")) {
      return DEFAULTS;
    }
    Section section = top.section("verify");
    Map<String, String> properties = section.textsByName("properties");
    VerifyConfig verify =
        new VerifyConfig(
            section.texts("mask"),
            section
                .optionalText("bootstrap-servers")
                .map(servers -> new KafkaConnection(servers, properties, MessageIds.CONTENT_ID_4)));
    section.refuseUnknownKeys();
    return verify;
  }
}
