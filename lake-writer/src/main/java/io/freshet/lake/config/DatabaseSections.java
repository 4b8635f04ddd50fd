package io.freshet.lake.config;

import io.freshet.lake.source.KafkaConnection;
import io.freshet.lake.source.MessageIds;
import java.util.Map;
import java.util.Optional;

/** The parts of the YAML that are about the source database. */
final class DatabaseSections {
  private DatabaseSections() {}

  static Optional<PostgresConfig> postgres(Section top) {
    if (!top.has("postgres")) {
      return Optional.empty();
    }
    Section section = top.section("postgres");
    PostgresConfig postgres =
        new PostgresConfig(
            section.text("url"),
            section.text("user"),
            section.text("password"),
            section.optionalText("publication"),
            section.optionalText("slot"));
    section.refuseUnknownKeys();
    return Optional.of(postgres);
  }

  static VerifyConfig verify(Section top) {
    if (!top.has("verify")) {
      return VerifyConfig.DEFAULTS;
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
