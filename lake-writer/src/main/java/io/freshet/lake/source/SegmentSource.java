package io.freshet.lake.source;

import io.freshet.lake.config.SourceConfig;
import io.freshet.lake.config.TopicPattern;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Sources of Structured Streaming: a row for each segment that can be read. The streams are handed
 * over as objects rather than as options of a format: those are texts that Spark prints, and
 * Kafka's settings may hold secrets.
 */
public final class SegmentSource {
  private SegmentSource() {}

  /**
   * The stream of landed files.
   *
   * @param source a landing log
   * @param from for each topic to read, where to begin
   * @param patterns topics that are read from their beginning when they appear
   * @param onRequest told of each request to S3
   */
  public static Dataset<Row> landing(
      SparkSession spark,
      SourceConfig source,
      Map<String, TopicPosition> from,
      List<TopicPattern> patterns,
      Clock clock,
      Runnable onRequest) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    return stream(
        spark,
        "landing log",
        () ->
            new LandingStream(
                LandingLog.open(source, hadoop, onRequest),
                new LandingOffset(from),
                patterns,
                source.sinkGroup().map(group -> hints(group, clock)).orElse(LandingHints.NONE)));
  }

  private static LandingHints hints(SinkGroup sink, Clock clock) {
    KafkaLog kafka = new KafkaLog(sink.connection());
    return new LandingHints(() -> kafka.committed(sink.group()), kafka::close, sink.sweep(), clock);
  }

  /**
   * The stream of what Kafka has.
   *
   * @param from for each topic to read, where to begin
   * @param patterns topics that are read from their beginning when they appear
   */
  public static Dataset<Row> kafka(
      SparkSession spark,
      KafkaConnection connection,
      Map<String, TopicPosition> from,
      List<TopicPattern> patterns) {
    return stream(
        spark,
        "kafka",
        () -> new KafkaStream(new KafkaLog(connection), new LandingOffset(from), patterns));
  }

  private static Dataset<Row> stream(
      SparkSession spark, String name, Supplier<MicroBatchStream> stream) {
    Table table = new SegmentTable(name, stream);
    return Dataset.ofRows(
        spark,
        new StreamingRelationV2(
            Option.empty(),
            name,
            table,
            CaseInsensitiveStringMap.empty(),
            attributes(),
            Option.empty(),
            Option.empty(),
            Option.empty()));
  }

  private static Seq<Attribute> attributes() {
    List<Attribute> attributes = new ArrayList<>();
    JavaConverters.seqAsJavaList(DataTypeUtils.toAttributes(SegmentRow.SCHEMA))
        .forEach(attributes::add);
    return JavaConverters.asScalaBuffer(attributes).toSeq();
  }

  /** The segments that a micro-batch announces, in position order per partition. */
  public static List<Segment> segments(Dataset<Row> batch) {
    return batch.collectAsList().stream().map(SegmentRow::segment).toList();
  }

  private record SegmentTable(String name, Supplier<MicroBatchStream> stream)
      implements Table, SupportsRead {
    @Override
    @SuppressWarnings("deprecation") // Table has no other abstract method for it in Spark 3.5.
    public StructType schema() {
      return SegmentRow.SCHEMA;
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
              return SegmentRow.SCHEMA;
            }

            @Override
            public MicroBatchStream toMicroBatchStream(String checkpointLocation) {
              return stream.get();
            }
          };
    }
  }
}
