package io.freshet.lake.table;

import io.freshet.schemas.ChangeColumns;
import java.util.Properties;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Whether a table has every row that its source may still change: it began with a snapshot of the
 * source, and none of the rows was taken out of it since. A change then finds its row there.
 */
final class Completeness {
  private static final String PROPERTY = TableTimeline.PREFIX + "complete";

  private final SparkSession spark;
  private final TableTimeline timeline;
  private Boolean known;

  Completeness(SparkSession spark, TableTimeline timeline) {
    this.spark = spark;
    this.timeline = timeline;
  }

  /** What the table's properties say; false where they say nothing. */
  boolean is() {
    if (known == null) {
      known =
          Boolean.parseBoolean(
              timeline.client().getTableConfig().getProps().getProperty(PROPERTY, "false"));
    }
    return known;
  }

  /**
   * Finds out after the first commit.
   *
   * @param first whether there was none before; else nothing is known of the first one
   * @param properties take what is found
   */
  void found(boolean first, TableSpec spec, Properties properties) {
    known = first && isSnapshot(spec);
    properties.setProperty(PROPERTY, Boolean.toString(known));
  }

  /** Where all rows are a snapshot's, the files' statistics say so, and no row is read. */
  private boolean isSnapshot(TableSpec spec) {
    return spark
        .read()
        .format("hudi")
        .load(spec.location())
        .filter(functions.not(functions.col(ChangeColumns.OP).eqNullSafe("r")))
        .isEmpty();
  }

  /** Takes note that rows are taken out which the source may still change. */
  void lost() {
    HoodieTableMetaClient client = timeline.client();
    Properties properties = new Properties();
    properties.setProperty(PROPERTY, "false");
    HoodieTableConfig.update(client.getStorage(), client.getMetaPath(), properties);
    known = false;
  }

  /** Of which rows a commit has to look texts up. */
  StoredValues.Texts texts(PlacedRows placed, boolean first) {
    if (!first && !is()) {
      return StoredValues.Texts.ALL;
    }
    return placed.lackTexts() ? StoredValues.Texts.MOVED : StoredValues.Texts.NONE;
  }
}
