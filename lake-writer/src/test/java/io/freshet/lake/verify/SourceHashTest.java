package io.freshet.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.postgres.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The hash is PostgreSQL's, for texts of every length and for any seed. */
class SourceHashTest {
  @Test
  void isThatOfPostgresql() throws Exception {
    Random random = new Random(1);
    try (Connection connection = TestPostgres.shared().connect("postgres");
        PreparedStatement query =
            connection.prepareStatement("SELECT hashtextextended(? COLLATE \"C\", ?)")) {
      for (int i = 0; i < 400; i++) {
        StringBuilder text = new StringBuilder();
        for (int letter = 0; letter < i / 4; letter++) {
          text.appendCodePoint(random.nextInt(50) == 0 ? 0x1F30A : 1 + random.nextInt(0x2ff));
        }
        long seed = i % 4 == 0 ? 0 : random.nextLong();
        query.setString(1, text.toString());
        query.setLong(2, seed);
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try (ResultSet row = query.executeQuery()) {
          row.next();
          assertThat(SourceHash.of(bytes, bytes.length, seed))
              .as("%d bytes, seed %d", bytes.length, seed)
              .isEqualTo(row.getLong(1));
        }
      }
    }
  }
}
