package io.freshet.lake.table;

import io.freshet.lake.change.ChangeOrder;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.apache.hudi.DefaultSparkRecordMerger;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.PartialUpdateMode;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Writes a table's commits, each in the way that suits it. */
final class RowWriter {
  /** Which classes merge two rows of a key: the key of that setting. */
  static final String MERGERS = "hoodie.write.record.merge.custom.implementation.classes";

  private final SparkSession spark;
  private final TableTimeline timeline;
  private final KeyIndex keys;
  private final Completeness complete;
  private final Optional<FileViews> views;
  private boolean settled;

  /**
   * @param views where writes learn which files the table has; empty if each task shall look
   */
  RowWriter(SparkSession spark, TableTimeline timeline, KeyIndex keys, Optional<FileViews> views) {
    this.spark = spark;
    this.timeline = timeline;
    this.keys = keys;
    this.complete = new Completeness(spark, timeline);
    this.views = views;
  }

  /**
   * Upserts rows; the first ones are written in bulk.
   *
   * @param columns the rows' own
   * @param rows in the order that they are asked for, if it is asked for one
   * @param unlike whether each key comes once already
   */
  void write(
      TableSpec spec,
      TableIndex index,
      StructType columns,
      Function<Optional<ChangeOrder>, Dataset<Row>> rows,
      Map<String, String> options,
      boolean unlike) {
    boolean empty = isEmpty();
    Optional<BulkLoad> bulk = bulk(spec, index, columns, empty);
    Optional<ChangeOrder> order = bulk.flatMap(load -> load.order(unlike));
    write(spec, index, rows.apply(order), options, empty, bulk);
  }

  /** The same for rows in any order. */
  void write(TableSpec spec, TableIndex index, Dataset<Row> rows, Map<String, String> options) {
    boolean empty = isEmpty();
    write(spec, index, rows, options, empty, bulk(spec, index, rows.schema(), empty));
  }

  private boolean isEmpty() {
    return !settled && (!timeline.exists() || !timeline.hasCommits());
  }

  private Optional<BulkLoad> bulk(
      TableSpec spec, TableIndex index, StructType columns, boolean empty) {
    return empty && BulkLoad.suits(spec, index, columns)
        ? Optional.of(new BulkLoad(spark, spec, index))
        : Optional.empty();
  }

  private void write(
      TableSpec spec,
      TableIndex index,
      Dataset<Row> rows,
      Map<String, String> options,
      boolean empty,
      Optional<BulkLoad> bulk) {
    if (empty) {
      NewTable.create(spark, spec, options);
    } else {
      if (!settled) {
        timeline.recover();
      }
      if (!spec.mergeOnRead() && index.bucket() && KeyNames.areAlike(spec, rows.schema())) {
        // Base files are merged as Spark's rows; as Avro records, each row that stays as it is
        // would be made one and taken apart again.
        options.put(MERGERS, DefaultSparkRecordMerger.class.getName());
      }
      views.ifPresent(known -> options.putAll(known.options(spec.location())));
    }
    try (PlacedRows placed = placed(spec, index, rows, empty);
        StoredValues filled =
            new StoredValues(
                spark,
                spec,
                placed.rows(),
                empty || spec.changelog(),
                complete.texts(placed, empty))) {
      if (bulk.isPresent()) {
        bulk.get().write(filled.rows(), options);
      } else {
        save(spec, index, filled.rows(), options, empty);
      }
      placed.committed();
    }
    if (!settled) {
      setProperties(spec, empty);
      settled = true;
    }
  }

  private static void save(
      TableSpec spec,
      TableIndex index,
      Dataset<Row> rows,
      Map<String, String> options,
      boolean empty) {
    boolean based = empty && index.bucket();
    if (based) {
      // There is nothing to look up; and of a table with logs an upsert would write those, and what
      // reads base files alone would see no rows until the first compaction.
      options.put("hoodie.datasource.write.operation", "bulk_insert");
      options.put("hoodie.datasource.write.row.writer.enable", "false");
    }
    (based ? BulkLoad.undeleted(rows, spec) : rows)
        .write()
        .format("hudi")
        .options(options)
        .mode(SaveMode.Append)
        .save(spec.location());
  }

  private PlacedRows placed(TableSpec spec, TableIndex index, Dataset<Row> rows, boolean empty) {
    if (empty || !spec.partitioned()) {
      return PlacedRows.asTheyAre(rows);
    }
    if (spec.moves(index)) {
      return keys.place(spec, rows);
    }
    UnloggedPartitions unlogged = new UnloggedPartitions(spec, rows.schema());
    boolean lacking = unlogged.lacking().map(rows::filter).map(r -> !r.isEmpty()).orElse(false);
    return PlacedRows.asTheyAre(
        lacking ? unlogged.filled(rows, spark.read().format("hudi").load(spec.location())) : rows);
  }

  /** Takes note that rows will be taken out which the source may still change. */
  void lacksRows() {
    complete.lost();
  }

  /** Lets go what it remembers of the table's rows and files. */
  void forget(TableSpec spec) {
    keys.forget();
    views.ifPresent(known -> known.forget(spec.location()));
  }

  /** Takes note of a commit that emptied the table. */
  void emptied() {
    keys.emptied();
  }

  /**
   * Settings that Hudi hears as a table's properties only, not as a write's options:
   *
   * <ul>
   *   <li>No table here was bootstrapped from other files, but Hudi would look for an index of that
   *       with two requests for each partition at each commit.
   *   <li>A value that the source did not log is the stored one, for every reader that merges.
   *   <li>Whether its first rows are a snapshot's.
   * </ul>
   */
  private void setProperties(TableSpec spec, boolean first) {
    HoodieTableMetaClient client = timeline.client();
    if (client.getTableConfig().contains(HoodieTableConfig.PARTIAL_UPDATE_MODE)) {
      return;
    }
    Properties properties = new Properties();
    properties.setProperty(HoodieTableConfig.BOOTSTRAP_INDEX_ENABLE.key(), "false");
    properties.setProperty(
        HoodieTableConfig.PARTIAL_UPDATE_MODE.key(), PartialUpdateMode.FILL_UNAVAILABLE.name());
    properties.setProperty(
        HudiOptions.UNAVAILABLE_VALUE, HoodieTableConfig.DEBEZIUM_UNAVAILABLE_VALUE);
    complete.found(first, spec, properties);
    HoodieTableConfig.update(client.getStorage(), client.getMetaPath(), properties);
  }
}
