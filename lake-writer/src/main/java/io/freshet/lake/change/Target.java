package io.freshet.lake.change;

import java.io.Serializable;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.spark.sql.types.StructType;

/**
 * What messages are made rows for.
 *
 * @param table the table's schema, which {@link SchemaMerge} made from theirs
 * @param keys key columns
 * @param unavailable what stands in the place of a value that was not logged
 * @param quarantined messages that are passed over
 */
record Target(StructType table, List<String> keys, Unavailable unavailable, Quarantined quarantined)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A decoder for messages of one schema. */
  RowDecoder decoder(Schema landed, String topic, int partition) {
    return new RowDecoder(landed, topic, table, keys, partition, unavailable);
  }
}
