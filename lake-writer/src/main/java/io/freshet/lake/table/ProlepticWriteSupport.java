package io.freshet.lake.table;

import java.util.Properties;
import org.apache.hudi.avro.HoodieAvroWriteSupport;
import org.apache.hudi.common.bloom.BloomFilter;
import org.apache.hudi.common.schema.HoodieSchema;
import org.apache.hudi.common.util.Option;
import org.apache.parquet.schema.MessageType;

/**
 * Writes Parquet files that say by which calendar their dates are: Spark refuses dates before 1582
 * and timestamps before 1900 in a file without such a word, as an older Spark may have written it.
 * The word is the version of Spark itself, as Spark's own writer leaves it; from 3.0 on it stands
 * for the proleptic Gregorian calendar.
 *
 * <p>Hudi makes it by its name ({@code hoodie.avro.write.support.class}).
 */
public final class ProlepticWriteSupport<T> extends HoodieAvroWriteSupport<T> {
  private static final String SPARK_VERSION_KEY = "org.apache.spark.version";

  /** For Hudi. */
  public ProlepticWriteSupport(
      MessageType type,
      HoodieSchema schema,
      Option<BloomFilter> bloomFilter,
      Properties properties) {
    super(type, schema, bloomFilter, properties);
    addFooterMetadata(SPARK_VERSION_KEY, org.apache.spark.package$.MODULE$.SPARK_VERSION());
  }
}
