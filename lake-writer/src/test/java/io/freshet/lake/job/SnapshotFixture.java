package io.freshet.lake.job;

import io.freshet.lake.config.IntervalMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableRule;
import io.freshet.lake.config.TopicPattern;
import io.freshet.lake.postgres.TestPostgres;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What tests of snapshots share. */
final class SnapshotFixture {
  static final String ARTISTS =
      "CREATE TABLE artists (artist_id int PRIMARY KEY, name text, nationality text, birth_year int, death_year int)";

  private SnapshotFixture() {}

  static PostgresConfig postgres(
      int port, String database, String user, String password, String... tables) {
    return new PostgresConfig(
        "127.0.0.1",
        port,
        database,
        user,
        password,
        Map.of(),
        "moma",
        database,
        database,
        new TopicPattern(List.of(tables), List.of()),
        IntervalMode.STRING);
  }

  static LakeConfig config(Path folder, URI registry, PostgresConfig postgres, TableRule... rules) {
    LakeConfig lake =
        JobFixture.config(folder, registry, Duration.ofSeconds(3), ServicesConfig.DEFAULTS, rules);
    return new LakeConfig(
        lake.warehouse(),
        lake.metastore(),
        lake.source(),
        lake.registry(),
        lake.concurrentTables(),
        lake.lease(),
        lake.commits(),
        lake.services(),
        lake.metrics(),
        lake.keysInMemory(),
        Optional.of(postgres),
        lake.verify(),
        lake.rules());
  }

  /** The slots, publications and held snapshots that a database has, one line each. */
  static List<String> traces(TestPostgres server, String database) {
    return server.query(
        database,
        "SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database() UNION ALL SELECT 'publication ' || pubname FROM pg_publication UNION ALL SELECT 'holder ' || application_name FROM pg_stat_activity WHERE application_name LIKE 'freshet holder%' AND datname = current_database() ORDER BY 1");
  }
}
