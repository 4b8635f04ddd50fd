package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.BareNumeric;
import io.freshet.lake.source.FewMessages;
import io.freshet.lake.source.KafkaConnection;
import io.freshet.lake.source.LandedFile;
import io.freshet.lake.source.MessageIds;
import io.freshet.lake.source.SchemaRegistry;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Where a job's changes are read; shared by all its tables. */
public final class Changes implements AutoCloseable {
  /**
   * A setting of the session: whether what is little is read on the driver; else tasks read all.
   */
  static final String ON_DRIVER = "spark.freshet.read.onDriver";

  private final SparkSession spark;
  private final SchemaRegistry registry;
  private final Optional<KafkaConnection> kafka;
  private final boolean onDriver;
  private final Optional<FewMessages> few;
  private final Unavailable unavailable = Unavailable.DEBEZIUM;
  private final SchemaCache schemas = new SchemaCache();

  /**
   * @param kafka how Kafka is reached; empty where only landed files are read
   */
  public Changes(SparkSession spark, SchemaRegistry registry, Optional<KafkaConnection> kafka) {
    this.spark = spark;
    this.registry = registry;
    this.kafka = kafka;
    this.onDriver = Boolean.parseBoolean(spark.conf().get(ON_DRIVER, "true"));
    this.few = kafka.filter(any -> onDriver).map(FewMessages::new);
  }

  /**
   * The changes of one commit.
   *
   * @param slices at least one, all landed or all in Kafka
   * @param bare how the table stores decimals of any size
   */
  public ChangeBatch batch(List<Slice> slices, BareNumeric bare) {
    ChangeReader reader =
        slices.get(0).segment() instanceof LandedFile
            ? new LandedFiles(spark, slices, schemas, onDriver)
            : KafkaMessages.of(
                spark,
                slices,
                kafka.orElseThrow(() -> new LakeException("source.bootstrap-servers is missing")),
                few,
                registry,
                schemas);
    return new ChangeBatch(spark, reader, unavailable, bare);
  }

  @Override
  public void close() {
    few.ifPresent(FewMessages::close);
  }

  /**
   * Changes that were in quarantine.
   *
   * @param records at least one, of one topic
   * @param bare how the table stores decimals of any size
   */
  public ChangeBatch replay(List<BadRecord> records, BareNumeric bare) {
    MessageIds ids = kafka.map(KafkaConnection::idFormat).orElse(MessageIds.CONTENT_ID_4);
    return new ChangeBatch(
        spark, new StoredMessages(spark, records, ids, registry, schemas), unavailable, bare);
  }
}
