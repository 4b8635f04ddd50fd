package io.freshet.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
  private final Redactor redactor = new Redactor();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "database.password",
        "ssl.keystore.password",
        "producer.override.sasl.jaas.config",
        "value.converter.basic.auth.user.info",
        "aws.secret.access.key",
        "aws.access.key.id",
        "api_key",
        "oauth.token",
        "ssl.keystore.key",
        "Some.PassPhrase"
      })
  void secretByName(String key) {
    assertThat(redactor.isSecret(key)).isTrue();
    assertThat(redactor.show(key, "sesame")).isEqualTo("[redacted]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key.converter",
        "topic.prefix",
        "transforms.unwrap.delete.tombstone.handling.mode",
        "s3.credentials.provider.class",
        "sasl.oauthbearer.token.endpoint.url",
        "tasks.max"
      })
  void notSecret(String key) {
    assertThat(redactor.show(key, "value")).isEqualTo("value");
  }

  @Test
  void placeholderOfASecretIsShown() {
    assertThat(redactor.show("database.password", "${env:PW}")).isEqualTo("${env:PW}");
    assertThat(redactor.show("database.password", "${env:PW}x")).isEqualTo("[redacted]");
    assertThat(redactor.show("sasl.jaas.config", "user=\"${env:U}\" password=\"sesame\""))
        .isEqualTo("[redacted]");
  }

  @Test
  void textIsScrubbedOfWhatIsKnownAndOfWhatLooksLikeASecret() {
    redactor.learn(Map.of("database.password", "open sesame", "topic.prefix", "moma"));

    assertThat(redactor.scrub("login 'open sesame' refused for moma"))
        .isEqualTo("login '[redacted]' refused for moma");
    assertThat(redactor.scrub("jdbc:postgresql://me:pw@db/x?password=abc&ssl=true"))
        .isEqualTo("jdbc:postgresql://[redacted]@db/x?password=[redacted]&ssl=true");
    assertThat(redactor.scrub("{\"password\": \"abc\", \"user\": \"me\"}"))
        .isEqualTo("{\"password\": [redacted], \"user\": \"me\"}");
    assertThat(redactor.scrub("Invalid value abc for configuration my.secret: too short"))
        .isEqualTo("Invalid value [redacted] for configuration my.secret: too short");
    assertThat(redactor.scrub("FATAL: password authentication failed for user \"me\""))
        .isEqualTo("FATAL: password authentication failed for user \"me\"");
  }

  @Test
  void shortSecretIsScrubbedAsAWordOnly() {
    redactor.learn(Map.of("database.password", "x"));

    assertThat(redactor.scrub("exit x maximum 'x'"))
        .isEqualTo("exit [redacted] maximum '[redacted]'");
  }

  @Test
  void resolvedEnvironmentIsSecretOnlyByName() {
    Map<String, String> config =
        Map.of("database.hostname", "${env:DB_HOST}", "some.text", "${env:MY_SECRET}");
    redactor.learn(config);
    redactor.learn(
        new Validation.Value("database.hostname", "db1.internal", List.of()), "${env:DB_HOST}");
    redactor.learn(new Validation.Value("some.text", "sesame", List.of()), "${env:MY_SECRET}");

    assertThat(redactor.scrub("db1.internal sesame")).isEqualTo("db1.internal [redacted]");
  }
}
