package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.schemas.ChangeColumns;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** How messages of one schema say what changed. */
sealed interface MessageShape permits FlatShape, EnvelopeShape {
  /** Fields that Debezium's full envelope always has. */
  Set<String> ENVELOPE = Set.of("before", "after", "source", "op");

  /**
   * Tells the shape from the schema.
   *
   * @param landed schema of a landed file
   * @param topic for the error's text
   * @throws LakeException if messages of this schema can't be told apart into changes
   */
  static MessageShape of(Schema landed, String topic) {
    if (landed.getType() != Schema.Type.RECORD) {
      throw new LakeException("messages of topic " + topic + " are not records, but " + landed);
    }
    if (landed.getField(ChangeColumns.OFFSET) == null) {
      throw new LakeException(
          "files of topic " + topic + " have no " + ChangeColumns.OFFSET + "; the sink adds it");
    }
    if (ENVELOPE.stream().allMatch(name -> landed.getField(name) != null)) {
      return new EnvelopeShape(landed, topic);
    }
    return new FlatShape(landed, topic);
  }

  /** Schema of the record that holds the source's columns. */
  Schema image();

  /** Whether a field of that record is a column of the source. */
  boolean isSourceColumn(String field);

  /** The operation: {@code r c u d}, {@code t} for a truncate. */
  String op(GenericRecord message);

  /**
   * The record that holds the source's columns: of a delete the row that is gone, of which only the
   * key can be relied on; null for a truncate.
   */
  GenericRecord image(GenericRecord message);

  /**
   * Where a change column's value stands.
   *
   * @param column a column of {@link ChangeColumns#LAKE} that messages carry
   * @return the value, of Avro's type, or null
   */
  Function<GenericRecord, Object> changeColumn(String column);
}
