package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.ChangeBatch;
import io.freshet.lake.change.ChangeOrder;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.store.TableFileSystem;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.HoodieTimeline;
import org.apache.hudi.common.table.timeline.TimelineUtils;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A Hudi table with one writer. How far its topic has been read stands in the extra metadata of its
 * own commits, so data and position change together or not at all.
 */
public final class HudiTable {
  private static final StructField[] NO_FIELDS = {};

  private final SparkSession spark;
  private volatile TableSpec spec;
  private final TableTimeline timeline;
  private final Set<String> partitions = new HashSet<>();
  private final ReentrantLock writing = new ReentrantLock();
  private final RowWriter writer;
  private volatile TableIndex index;
  private boolean partitionsKnown;

  /** A table by itself, which remembers as many keys as is usual. */
  public HudiTable(SparkSession spark, TableSpec spec) {
    this(spark, spec, new KeyBudget(LakeConfig.usualKeysInMemory()), Optional.empty());
  }

  /**
   * @param budget of how many rows it may remember the partition, with other tables
   * @param views where its writes learn which files it has; empty if each task shall look
   */
  public HudiTable(
      SparkSession spark, TableSpec spec, KeyBudget budget, Optional<FileViews> views) {
    this.spark = spark;
    this.spec = spec;
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    // A source's arrays may hold nulls, which Parquet's older structure of lists has no place for.
    hadoop.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    this.timeline = new TableTimeline(spec.config().name(), spec.location(), hadoop);
    this.writer = new RowWriter(spark, timeline, new KeyIndex(spark, timeline, budget), views);
  }

  /**
   * A table that is there, with the key columns that it was made with.
   *
   * @param location where it would lie
   */
  public static Optional<HudiTable> existing(
      SparkSession spark, TableConfig config, String location) {
    HudiTable table = new HudiTable(spark, new TableSpec(config, location, List.of()));
    if (!table.exists()) {
      return Optional.empty();
    }
    String[] keys = table.client().getTableConfig().getRecordKeyFields().orElse(new String[0]);
    return Optional.of(new HudiTable(spark, new TableSpec(config, location, List.of(keys))));
  }

  public TableSpec spec() {
    return spec;
  }

  /** Changes its settings, after the commit under way. */
  public void configure(TableConfig settings) {
    betweenCommits(() -> spec = new TableSpec(settings, spec.location(), spec.keys()));
  }

  SparkSession spark() {
    return spark;
  }

  /** The index that it was made with, or will be. */
  TableIndex index() {
    TableIndex known = index;
    if (known == null) {
      known = TableIndex.of(spec, timeline);
      index = known;
    }
    return known;
  }

  /**
   * Chooses the files of a table that is new: as many as it needs for what it will hold, unless its
   * configuration says how many.
   *
   * @param bytes about how much that is in the source
   */
  void expect(long bytes) {
    index = timeline.index(spec.config()).orElseGet(() -> TableIndex.chosen(spec.config(), bytes));
  }

  /** Lets go what it remembers of its rows; a table that is written again reads it anew. */
  public void release() {
    betweenCommits(() -> writer.forget(spec));
  }

  /** Whether a first commit has been made, or at least begun. */
  public boolean exists() {
    return timeline.exists();
  }

  /**
   * The newest commit that says how far the table has read its topic; empty for a new table.
   *
   * @throws LakeException if the table has commits but none that says so: it is another writer's
   */
  public Optional<LastCommit> lastCommit() {
    return timeline.lastCommit(spec.config().topic());
  }

  /** How far the table has read its topic, as {@link #lastCommit} says. */
  public TopicPosition position() {
    return lastCommit().map(LastCommit::position).orElse(TopicPosition.START);
  }

  /** The position after the topic's last TRUNCATE that emptied the table; empty for none. */
  public Optional<TopicPosition> lastTruncate() {
    return timeline.lastTruncate(spec.config().topic());
  }

  /** What the table's own commits say of it. */
  public TableTimeline timeline() {
    return timeline;
  }

  /**
   * Refuses a configuration that an existing table was not made with.
   *
   * @throws LakeException naming the setting and both values
   */
  public void requireSameShape() {
    timeline.requireSameShape(spec);
  }

  /** The table's columns without Hudi's own; empty for a table without a commit. */
  public StructType schema() {
    StructType schema = new StructType();
    for (StructField field : rows().map(rows -> rows.schema().fields()).orElse(NO_FIELDS)) {
      if (!field.name().startsWith("_hoodie_")) {
        schema =
            schema.add(
                DataTypes.createStructField(field.name(), field.dataType(), field.nullable()));
      }
    }
    return schema;
  }

  /** The table's rows as they are; empty for a table without a commit. */
  public Optional<Dataset<Row>> rows() {
    return exists() && timeline.hasCommits()
        ? Optional.of(spark.read().format("hudi").load(spec.location()))
        : Optional.empty();
  }

  /**
   * Upserts rows and moves the position, in one commit. Rows of a new table are written in bulk.
   *
   * @param rows of the table's schema, {@code __offset} and {@code __partition} included, and
   *     {@link ChangeBatch#UNAVAILABLE}
   * @param reached the position after these rows
   */
  public void commit(Dataset<Row> rows, TopicPosition reached) {
    commit(rows, reached, Map.of());
  }

  /**
   * The same.
   *
   * @param notes what the commit says of itself besides, under names that begin with {@code
   *     freshet.} there
   */
  public void commit(Dataset<Row> rows, TopicPosition reached, Map<String, String> notes) {
    write(() -> writer.write(spec, index(), rows, options(reached, notes)));
  }

  /**
   * The same for rows that can be had in an order of the table's choice.
   *
   * @param columns the rows' own
   */
  public void commit(
      StructType columns,
      Function<Optional<ChangeOrder>, Dataset<Row>> rows,
      TopicPosition reached) {
    write(() -> writer.write(spec, index(), columns, rows, options(reached), false));
  }

  /** The same for rows no two of which have the same key, with notes. */
  void commitUnlike(
      StructType columns,
      Function<Optional<ChangeOrder>, Dataset<Row>> rows,
      TopicPosition reached,
      Map<String, String> notes) {
    write(() -> writer.write(spec, index(), columns, rows, options(reached, notes), true));
  }

  /**
   * The stored rows of some keys.
   *
   * @param rows few rows with the key columns
   * @param column a column of theirs that tells them apart
   * @return that column, and {@code stored}, the stored row's {@code __offset}; a row whose key is
   *     not in the table is not in it
   */
  public Dataset<Row> stored(Dataset<Row> rows, Column column) {
    List<Column> theirs = new ArrayList<>(List.of(column.as("_asked")));
    List<Column> mine = new ArrayList<>(List.of(functions.col(ChangeColumns.OFFSET).as("stored")));
    Column same = functions.lit(true);
    for (String key : spec.keys()) {
      theirs.add(functions.col(key).as("_asked_" + key));
      mine.add(functions.col(key).as("_stored_" + key));
      same = same.and(functions.col("_asked_" + key).equalTo(functions.col("_stored_" + key)));
    }
    return spark
        .read()
        .format("hudi")
        .load(spec.location())
        .select(mine.toArray(Column[]::new))
        .join(functions.broadcast(rows.select(theirs.toArray(Column[]::new))), same)
        .select("_asked", "stored");
  }

  /**
   * Empties the table and moves the position, in one commit. Instants before it still read as they
   * were.
   *
   * @param reached the position after the change that emptied the source table
   */
  public void truncate(TopicPosition reached) {
    betweenCommits(() -> empty(reached));
  }

  @SuppressWarnings("try")
  private void write(Runnable work) {
    betweenCommits(
        () -> {
          try (Pace.Commit underWay = Pace.commit()) {
            work.run();
          }
        });
  }

  /** Takes note that rows will be taken out of the table which its source may still change. */
  void lacksRows() {
    writer.lacksRows();
  }

  /** Runs something while no commit of this table is under way in this process. */
  @SuppressWarnings("try") // A hold is not asked for anything.
  public void betweenCommits(Runnable work) {
    writing.lock();
    try (TableFileSystem.Hold held = timeline.hold()) {
      work.run();
    } finally {
      writing.unlock();
    }
  }

  private void empty(TopicPosition reached) {
    Map<String, String> options = options(reached);
    options.put("hoodie.datasource.write.operation", "insert_overwrite_table");
    spark
        .createDataFrame(List.<Row>of(), schema())
        .write()
        .format("hudi")
        .options(options)
        .mode(SaveMode.Append)
        .save(spec.location());
    partitions.clear();
    partitionsKnown = false;
    writer.emptied();
  }

  private Map<String, String> options(TopicPosition reached, Map<String, String> notes) {
    Map<String, String> options = options(reached);
    notes.forEach((name, value) -> options.put(TableTimeline.PREFIX + name, value));
    return options;
  }

  /** Options of a write that leaves the table at a position. */
  Map<String, String> options(TopicPosition reached) {
    Map<String, String> options =
        new HashMap<>(HudiOptions.of(spec, index(), spark.sparkContext().defaultParallelism()));
    options.put("hoodie.datasource.write.commitmeta.key.prefix", TableTimeline.PREFIX);
    options.putAll(TableTimeline.reaching(spec.config().topic(), reached));
    options.putAll(index().metadata());
    return options;
  }

  /**
   * What has just been committed.
   *
   * @return empty if no commit says how far it has read
   */
  @SuppressWarnings("try")
  public Optional<Written> written() {
    try (TableFileSystem.Hold held = timeline.hold()) {
      HoodieTimeline completed = client().getCommitsTimeline().filterCompletedInstants();
      return timeline
          .newest(completed, spec.config().topic())
          .map(commit -> new Written(commit, hasNewPartitions(completed)));
    }
  }

  /**
   * A commit, and whether the metastore may have something to learn of it.
   *
   * @param commit the newest one
   * @param newPartitions whether it wrote to a partition that no earlier call saw; true at the
   *     first call
   */
  public record Written(LastCommit commit, boolean newPartitions) {}

  private boolean hasNewPartitions(HoodieTimeline completed) {
    if (!partitionsKnown) {
      partitionsKnown = true;
      // Reads every active commit; a table without partitions has none to learn of.
      if (spec.partitioned()) {
        partitions.addAll(TimelineUtils.getWrittenPartitions(completed));
      }
      return true;
    }
    return spec.partitioned()
        && completed
            .lastInstant()
            .map(
                newest ->
                    partitions.addAll(
                        timeline.metadata(newest, completed).getPartitionToWriteStats().keySet()))
            .orElse(false);
  }

  HoodieTableMetaClient client() {
    return timeline.client();
  }
}
