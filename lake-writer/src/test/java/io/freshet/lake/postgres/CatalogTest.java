package io.freshet.lake.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import org.junit.jupiter.api.Test;

/** What the catalog says of tables. */
class CatalogTest {
  private static final String DATABASE = "catalog_test";

  @Test
  void aRewrittenTableIsNoticedAndAGrownOneIsNot() throws Exception {
    TestPostgres server = TestPostgres.shared();
    server.create(DATABASE);
    server.execute(
        DATABASE,
        "CREATE TABLE t (b int, a text, n int, PRIMARY KEY (a, b) INCLUDE (n))",
        "INSERT INTO t SELECT i, 'x', i FROM generate_series(1, 1000) i",
        "ANALYZE t");
    try (Connection connection = server.connect(DATABASE)) {
      Catalog catalog = new Catalog(connection);
      Relation before = catalog.relation("public.t");
      assertThat(before.key()).containsExactly("a", "b");
      assertThat(before.rows()).isEqualTo(1000);
      assertThat(before.bytes()).isPositive();
      server.execute(
          DATABASE,
          "INSERT INTO t SELECT i, 'y', i FROM generate_series(1, 5000) i",
          "ALTER TABLE t ADD COLUMN more int");
      assertThat(catalog.relation("public.t").isRewrittenSince(before)).isFalse();
      server.execute(DATABASE, "VACUUM FULL t");
      assertThat(catalog.relation("public.t").isRewrittenSince(before)).isTrue();
    }
  }
}
