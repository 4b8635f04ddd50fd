package io.freshet.lake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The database that a snapshot reads. */
class PostgresSectionTest {
  private static final String LAKE =
      """
      lake: {warehouse: "s3a://lake/w"}
      source: {root: "s3a://lake/topics"}
      registry: http://127.0.0.1:8081
      tables: [{topic: moma.public.artists, database: d, table: t}]
      """;

  private static final String VALID =
      LAKE
          + """
          postgres:
            host: db
            port: 5433
            database: moma
            user: freshet
            password: ${env:PASSWORD}
            topic-prefix: moma
            slot: freshet_moma
            tables: [public.artists, sales.*]
            exclude: [sales.tmp_*]
            properties: {sslmode: require}
            interval-handling-mode: numeric
          """;

  private static LakeConfig load(String yaml) {
    return new ConfigLoader(Map.of("PASSWORD", "s3cret")).withDatabase().parse(yaml);
  }

  @Test
  void readsEveryKey() {
    PostgresConfig postgres = load(VALID).postgres().orElseThrow();
    assertThat(postgres)
        .isEqualTo(
            new PostgresConfig(
                "db",
                5433,
                "moma",
                "freshet",
                "s3cret",
                Map.of("sslmode", "require"),
                "moma",
                "freshet_moma",
                "freshet_moma",
                new TopicPattern(List.of("public.artists", "sales.*"), List.of("sales.tmp_*")),
                IntervalMode.NUMERIC));
    assertThat(postgres.url()).isEqualTo("jdbc:postgresql://db:5433/moma");
    assertThat(postgres.topic("public", "artists")).isEqualTo("moma.public.artists");
    assertThat(load(VALID).toString()).doesNotContain("s3cret");
  }

  @Test
  void itMayBeAbsent() {
    assertThat(load(LAKE).postgres()).isEmpty();
  }

  @Test
  void aPasswordInTheFileIsRefusedAndNotPrinted() {
    for (String plain : List.of("s3cret", "1234", "s3${env:PASSWORD}")) {
      assertThatThrownBy(() -> load(VALID.replace("${env:PASSWORD}", plain)))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("postgres.password stands in the file")
          .message()
          .doesNotContain(plain);
    }
  }

  @Test
  void onlyWhoReadsTheDatabaseNeedsItsPassword() {
    ConfigLoader without = new ConfigLoader(Map.of());
    assertThat(without.parse(VALID).postgres()).isEmpty();
    assertThatThrownBy(() -> without.withDatabase().parse(VALID))
        .isInstanceOf(ConfigException.class)
        .hasMessage("postgres.password refers to environment variable PASSWORD, which is not set");
    assertThatThrownBy(() -> without.parse(VALID.replace("port: 5433", "prt: 5433")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("unknown key postgres.prt");
  }

  @Test
  void allThatIsWrongIsSaid() {
    assertThatThrownBy(
            () ->
                load(
                    VALID
                        .replace("slot: freshet_moma", "slot: Freshet-Moma")
                        .replace("public.artists,", "artists,")
                        .replace("5433", "543300")
                        .replace("topic-prefix: moma", "topic-prefix: mo ma")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("postgres.slot is 'Freshet-Moma', but is made of a-z, 0-9 and _")
        .hasMessageContaining(
            "postgres.tables holds 'artists', but a table is named with its schema")
        .hasMessageContaining("postgres.port is '543300'")
        .hasMessageContaining("postgres.topic-prefix is 'mo ma'");
  }
}
