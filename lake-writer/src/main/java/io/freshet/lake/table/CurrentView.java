package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.hadoop.hive.metastore.TableType;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.SerDeInfo;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;
import org.apache.thrift.TException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The view {@code <table>_current} of a table with soft deletes: the rows that are there, without
 * what is left of deleted ones, and without Hudi's own columns.
 *
 * <p>A view carries its table's name as {@link #OF}, so that nobody else's table or view is ever
 * replaced or dropped.
 */
final class CurrentView {
  private static final Logger LOG = LoggerFactory.getLogger(CurrentView.class);
  private static final String SUFFIX = "_current";

  /** Parameter in the metastore by which a view of this kind is known. */
  private static final String OF = "freshet.current.of";

  /** What Hive writes for a view, which has no files. */
  private static final String INPUT = "org.apache.hadoop.mapred.SequenceFileInputFormat";

  private static final String OUTPUT = "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat";

  private CurrentView() {}

  /**
   * Drops a view that has a table's name, which is about to be made: a table goes before a view.
   */
  static void giveWay(TableSpec spec, HiveConf metastore) {
    String database = spec.config().database();
    String name = spec.config().table();
    withMetastore(
        database + "." + name,
        metastore,
        client -> {
          if (client.tableExists(database, name) && isOwn(client.getTable(database, name))) {
            client.dropTable(database, name);
            LOG.warn("{}.{} was a view; it gives way to the table of that name", database, name);
          }
        });
  }

  /**
   * Brings the view in step with its table, which the metastore knows already; or takes it away, if
   * the table is to have none.
   *
   * @throws LakeException if the metastore can't be told
   */
  static void put(TableSpec spec, HiveConf metastore) {
    String database = spec.config().database();
    String name = spec.config().table() + SUFFIX;
    withMetastore(database + "." + name, metastore, client -> put(spec, database, name, client));
  }

  private static void put(TableSpec spec, String database, String name, Client client)
      throws TException {
    if (!client.tableExists(database, name)) {
      if (spec.hasCurrentView()) {
        client.createTable(of(client.getTable(database, spec.config().table()), name));
      }
      return;
    }
    Table there = client.getTable(database, name);
    if (!isOwn(there)) {
      if (spec.hasCurrentView()) {
        LOG.warn(
            "{}.{} is there already, so {} gets no view of that name; rename one of them, or set current-view: false",
            database,
            name,
            spec.config().name());
      }
    } else if (!spec.hasCurrentView()) {
      client.dropTable(database, name);
    } else {
      Table view = of(client.getTable(database, spec.config().table()), name);
      if (!there.getViewExpandedText().equals(view.getViewExpandedText())
          || !there.getSd().getCols().equals(view.getSd().getCols())) {
        client.alter_table(database, name, view);
      }
    }
  }

  private static boolean isOwn(Table there) {
    return TableType.VIRTUAL_VIEW.name().equals(there.getTableType())
        && there.getParameters().containsKey(OF);
  }

  /**
   * The view of a table, all its names given in full.
   *
   * @param table as the metastore has it
   */
  static Table of(Table table, String name) {
    List<FieldSchema> columns = new ArrayList<>();
    for (FieldSchema column : table.getSd().getCols()) {
      columns.add(new FieldSchema(column.getName(), column.getType(), column.getComment()));
    }
    for (FieldSchema column : table.getPartitionKeys()) {
      columns.add(new FieldSchema(column.getName(), column.getType(), column.getComment()));
    }
    columns.removeIf(column -> column.getName().startsWith("_hoodie_"));
    String query =
        "SELECT %s FROM %s.%s WHERE %s IS NULL OR NOT %s"
            .formatted(
                columns.stream()
                    .map(column -> quoted(column.getName()))
                    .collect(Collectors.joining(", ")),
                quoted(table.getDbName()),
                quoted(table.getTableName()),
                quoted(ChangeColumns.DELETED),
                quoted(ChangeColumns.DELETED));
    Table view = new Table();
    view.setDbName(table.getDbName());
    view.setTableName(name);
    view.setOwner(table.getOwner());
    view.setTableType(TableType.VIRTUAL_VIEW.name());
    view.setViewOriginalText(query);
    view.setViewExpandedText(query);
    view.setPartitionKeys(List.of());
    view.setParameters(Map.of(OF, table.getTableName()));
    StorageDescriptor storage = new StorageDescriptor();
    storage.setCols(columns);
    storage.setInputFormat(INPUT);
    storage.setOutputFormat(OUTPUT);
    storage.setSerdeInfo(new SerDeInfo());
    storage.setParameters(Map.of());
    view.setSd(storage);
    return view;
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private interface Work {
    void with(Client client) throws TException;
  }

  private static void withMetastore(String view, HiveConf metastore, Work work) {
    try (Client client = new Client(metastore)) {
      work.with(client);
    } catch (TException refused) {
      throw new LakeException(
          "the metastore could not be told of the view %s: %s".formatted(view, refused), refused);
    }
  }

  /** The client, which can be closed as others are. */
  private static final class Client extends HiveMetaStoreClient implements AutoCloseable {
    Client(HiveConf metastore) throws TException {
      super(metastore);
    }
  }
}
