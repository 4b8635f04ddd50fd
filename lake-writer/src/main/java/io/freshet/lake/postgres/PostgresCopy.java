package io.freshet.lake.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * {@code spark.read.format("postgres-copy")}: a table of PostgreSQL, read in parts by {@code COPY …
 * TO STDOUT (FORMAT binary)}. {@link CopyOptions} are its options. Parts of a table are ranges of
 * its blocks, which need PostgreSQL 14.
 */
public final class PostgresCopy implements TableProvider, DataSourceRegister {
  /** As readers name it. */
  public static final String NAME = "postgres-copy";

  @Override
  public String shortName() {
    return NAME;
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return CopyTable.open(new CopyOptions(options.asCaseSensitiveMap())).schema();
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return CopyTable.open(new CopyOptions(properties));
  }

  /** What is read, as the catalog had it. */
  private record CopyTable(CopyOptions options, Relation relation, CopiedColumns copied)
      implements Table, SupportsRead {

    static CopyTable open(CopyOptions options) {
      Postgres database = options.database();
      try (Connection connection = database.open("freshet copy")) {
        Relation relation = new Catalog(connection).relation(options.table());
        return new CopyTable(options, relation, CopiedColumns.of(relation, options.types()));
      } catch (SQLException failed) {
        throw database.told(failed);
      }
    }

    @Override
    public String name() {
      return relation.title();
    }

    @Override
    @SuppressWarnings("deprecation") // columns() is for tables of catalogs.
    public StructType schema() {
      return copied.schema();
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of(TableCapability.BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap more) {
      return new CopyScan.Builder(options, relation, copied);
    }
  }
}
