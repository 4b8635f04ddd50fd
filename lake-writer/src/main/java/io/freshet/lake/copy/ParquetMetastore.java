package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.hadoop.hive.metastore.TableType;
import org.apache.hadoop.hive.metastore.api.Database;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.NoSuchObjectException;
import org.apache.hadoop.hive.metastore.api.SerDeInfo;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;
import org.apache.hadoop.hive.serde2.typeinfo.TypeInfoUtils;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.thrift.TException;

/**
 * Unpartitioned tables of Parquet files in a Hive metastore. Columns and folder of a table change
 * in one call, which the metastore makes in one transaction: a query that is planned before it
 * reads the former version, one that is planned after it the new one.
 */
final class ParquetMetastore {
  /** Parameter by which the tables made here are known. */
  private static final String OWN = "freshet.copy";

  /** Whether the metastore refuses new types of a table's columns; so it does if nothing is set. */
  private static final String STRICT = "hive.metastore.disallow.incompatible.col.type.changes";

  private static final String INPUT =
      "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat";
  private static final String OUTPUT =
      "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat";
  private static final String SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

  private final HiveConf hive;

  ParquetMetastore(HiveConf hive) {
    this.hive = hive;
  }

  private interface Work {
    void with(Client client) throws TException;
  }

  /**
   * Asks whether a table can be told of.
   *
   * @param name {@code database.table}
   * @param columns that it will have
   * @throws LakeException if the metastore can't be reached, has something else of that name, or
   *     does not let its columns become these
   */
  void check(String name, StructType columns) {
    work(
        name,
        client -> {
          Table there = find(client, name);
          if (there == null) {
            return;
          }
          if (!there.getParameters().containsKey(OWN)) {
            throw new LakeException(
                "the metastore has a %s already, which no copy made; drop it there, or choose another name"
                    .formatted(name));
          }
          if (Boolean.parseBoolean(client.getConfigValue(STRICT, "true"))) {
            requireCompatible(name, there.getSd().getCols(), columns(columns));
          }
        });
  }

  /** The metastore's own rule, by the columns' places. */
  private static void requireCompatible(
      String name, List<FieldSchema> before, List<FieldSchema> after) {
    for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
      FieldSchema column = after.get(i);
      boolean convertible =
          TypeInfoUtils.implicitConvertible(
              TypeInfoUtils.getTypeInfoFromTypeString(before.get(i).getType()),
              TypeInfoUtils.getTypeInfoFromTypeString(column.getType()));
      if (!convertible) {
        throw new LakeException(
            "column %d of %s is %s %s in the metastore, which does not let it become %s %s; set %s=false there, or drop the table there (its files stay) and copy again"
                .formatted(
                    i + 1,
                    name,
                    before.get(i).getName(),
                    before.get(i).getType(),
                    column.getName(),
                    column.getType(),
                    STRICT));
      }
    }
  }

  private static Table find(Client client, String name) throws TException {
    try {
      return client.getTable(database(name), table(name));
    } catch (NoSuchObjectException none) {
      return null;
    }
  }

  /** Makes a folder the one that is read of a table. */
  void point(String name, StructType columns, String folder) {
    work(
        name,
        client -> {
          Table there = find(client, name);
          if (there == null) {
            create(client, of(name, columns, folder));
            return;
          }
          there.getSd().setLocation(folder);
          there.getSd().setCols(columns(columns));
          client.alter_table(database(name), table(name), there);
        });
  }

  private static void create(Client client, Table table) throws TException {
    try {
      client.getDatabase(table.getDbName());
    } catch (NoSuchObjectException none) {
      client.createDatabase(new Database(table.getDbName(), "", null, Map.of()));
    }
    client.createTable(table);
  }

  private static Table of(String name, StructType columns, String folder) {
    StorageDescriptor storage = new StorageDescriptor();
    storage.setCols(columns(columns));
    storage.setLocation(folder);
    storage.setInputFormat(INPUT);
    storage.setOutputFormat(OUTPUT);
    storage.setSerdeInfo(new SerDeInfo(null, SERDE, Map.of()));
    storage.setParameters(Map.of());
    Table table = new Table();
    table.setDbName(database(name));
    table.setTableName(table(name));
    table.setTableType(TableType.EXTERNAL_TABLE.name());
    table.setPartitionKeys(List.of());
    // Without the second one the metastore would take it for its own, and drop the files with it.
    table.setParameters(new HashMap<>(Map.of(OWN, "parquet", "EXTERNAL", "TRUE")));
    table.setSd(storage);
    return table;
  }

  private static List<FieldSchema> columns(StructType columns) {
    List<FieldSchema> fields = new ArrayList<>();
    for (StructField field : columns.fields()) {
      fields.add(new FieldSchema(field.name(), field.dataType().catalogString(), null));
    }
    return fields;
  }

  private static String database(String name) {
    return name.substring(0, name.indexOf('.'));
  }

  private static String table(String name) {
    return name.substring(name.indexOf('.') + 1);
  }

  private void work(String name, Work work) {
    try (Client client = new Client(hive)) {
      work.with(client);
    } catch (TException refused) {
      throw new LakeException(
          "the metastore could not be told of %s: %s".formatted(name, refused.getMessage()),
          refused);
    }
  }

  /** The client, which can be closed as others are. */
  private static final class Client extends HiveMetaStoreClient implements AutoCloseable {
    Client(HiveConf metastore) throws TException {
      super(metastore);
    }
  }
}
