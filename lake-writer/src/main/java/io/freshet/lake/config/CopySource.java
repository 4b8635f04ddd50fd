package io.freshet.lake.config;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/** Where tables are copied from. */
public sealed interface CopySource {
  /**
   * PostgreSQL, read by {@code COPY}.
   *
   * @param database of which a copy needs no slot, publication or list of tables
   */
  record Postgres(PostgresConfig database) implements CopySource {}

  /**
   * A database with a JDBC driver.
   *
   * @param url the driver's, without a password
   * @param user empty where the driver needs none
   * @param password a secret; {@link #toString} leaves it out
   * @param properties further settings of the driver
   * @param fetchSize how many rows are asked for at a time
   */
  record Jdbc(
      String url, String user, String password, Map<String, String> properties, int fetchSize)
      implements CopySource {

    public Jdbc {
      properties = Map.copyOf(properties);
    }

    /** The URL without the parameters, which may be anything. */
    public String name() {
      return url.replaceAll("[?;].*", "");
    }

    @Override
    public String toString() {
      return "%s user=%s properties=%s".formatted(name(), user, new TreeMap<>(properties).keySet());
    }
  }

  /**
   * Tables of files.
   *
   * @param format {@link CopyFormat#PARQUET} or {@link CopyFormat#HUDI}
   * @param root a table {@code a.b} lies at {@code <root>/a/b}
   */
  record Files(CopyFormat format, URI root) implements CopySource {}

  /**
   * A Kudu cluster.
   *
   * @param masters its masters, {@code host:port} each, with commas between them
   */
  record Kudu(String masters) implements CopySource {}
}
