package io.freshet.lake.source;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** The landing log as a source of Structured Streaming: a row for each landed file. */
public final class LandingSource implements TableProvider {
  static final String ROOT = "root";
  static final String FROM = "from";

  private static final StructType SCHEMA =
      StructType.fromDDL(
          "topic string not null, partition int not null, position bigint not null,"
              + " next bigint not null, records bigint not null, schema_id bigint not null,"
              + " path string not null, bytes bigint not null");

  /**
   * The stream of landed files.
   *
   * @param from for each topic to read, where to begin
   */
  public static Dataset<Row> stream(SparkSession spark, URI root, Map<String, TopicPosition> from) {
    return spark
        .readStream()
        .format(LandingSource.class.getName())
        .option(ROOT, root.toString())
        .option(FROM, new LandingOffset(from).json())
        .load();
  }

  /** The files that a micro-batch announces, in position order per partition. */
  public static List<LandedFile> files(Dataset<Row> batch) {
    List<LandedFile> files = new ArrayList<>();
    for (Row row : batch.collectAsList()) {
      files.add(
          new LandedFile(
              row.getString(0),
              row.getInt(1),
              row.getLong(2),
              row.getLong(3),
              row.getLong(4),
              row.getLong(5),
              row.getString(6),
              row.getLong(7)));
    }
    return files;
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return SCHEMA;
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new LandingTable();
  }

  private static final class LandingTable implements Table, SupportsRead {
    @Override
    public String name() {
      return "landing log";
    }

    @Override
    @SuppressWarnings("deprecation") // Table has no other abstract method for it in Spark 3.5.
    public StructType schema() {
      return SCHEMA;
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of(TableCapability.MICRO_BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
      return () ->
          new Scan() {
            @Override
            public StructType readSchema() {
              return SCHEMA;
            }

            @Override
            public MicroBatchStream toMicroBatchStream(String checkpointLocation) {
              return new LandingStream(
                  LandingLog.open(
                      URI.create(options.get(ROOT)),
                      SparkSession.active().sparkContext().hadoopConfiguration()),
                  LandingOffset.fromJson(options.get(FROM)));
            }
          };
    }
  }
}
