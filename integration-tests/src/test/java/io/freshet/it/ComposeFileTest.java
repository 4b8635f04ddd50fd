package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the container suites take from {@code deploy/compose}. */
class ComposeFileTest {
  private final ComposeFile compose = new ComposeFile();

  @Test
  void everyServiceOfTheSuitesIsThere() {
    assertThat(compose.image("postgres")).startsWith("postgres:");
    assertThat(compose.image("kafka")).startsWith("apache/kafka:");
    assertThat(compose.image("registry")).startsWith("apicurio/apicurio-registry-sql:");
    assertThat(compose.image("s3")).startsWith("minio/minio:");
    assertThat(compose.command("postgres")).contains("wal_level=logical");
    assertThat(compose.command("s3")).startsWith("server", "/data");
    assertThat(compose.environment("registry"))
        .containsEntry("REGISTRY_DATASOURCE_URL", "jdbc:postgresql://postgres:5432/registry")
        .allSatisfy((name, value) -> assertThat(name).doesNotContain("PASSWORD"));
    assertThat(compose.beside("postgres/databases.sql")).isRegularFile();
    assertThatThrownBy(() -> compose.image("zookeeper")).hasMessageContaining("zookeeper");
  }

  @Test
  void theWorkersSettingsAreThoseOfTheContainerElsewhere() {
    assertThat(compose.worker(Map.of("plugin.path", "/here")))
        .contains("plugin.path=/here\n")
        .contains("exactly.once.source.support=enabled\n")
        .doesNotContain("/opt/freshet");
    assertThatThrownBy(() -> compose.worker(Map.of("plugin.paths", "/here")))
        .hasMessageContaining("plugin.paths");
  }
}
