package io.freshet.lake.table;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.Encoder;
import org.apache.hudi.common.model.HoodieRecord;
import org.apache.hudi.common.model.MetadataValues;

/** The five columns that Hudi puts in front of a row's own, in Avro's binary encoding. */
final class MetaColumns {
  private static final List<String> NAMES = List.copyOf(HoodieRecord.HOODIE_META_COLUMNS);

  /** Null, or a text: in this order. */
  private static final List<Schema.Type> TYPES = List.of(Schema.Type.NULL, Schema.Type.STRING);

  private MetaColumns() {}

  /** Whether a schema is another one with these columns in front, and nothing else. */
  static boolean precede(Schema row, Schema logged) {
    List<Schema.Field> own = row.getFields();
    List<Schema.Field> all = logged.getFields();
    int count = NAMES.size();
    if (all.size() != count + own.size()) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (!all.get(i).name().equals(NAMES.get(i)) || !isText(all.get(i).schema())) {
        return false;
      }
    }
    for (int i = 0; i < own.size(); i++) {
      Schema.Field field = all.get(count + i);
      if (!field.name().equals(own.get(i).name()) || !field.schema().equals(own.get(i).schema())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isText(Schema schema) {
    return schema.isUnion()
        && schema.getTypes().stream().map(Schema::getType).toList().equals(TYPES);
  }

  /** Writes a row's values of these columns. */
  static void write(MetadataValues values, Encoder encoder) throws IOException {
    for (String value :
        Arrays.asList(
            values.getCommitTime(),
            values.getCommitSeqNo(),
            values.getRecordKey(),
            values.getPartitionPath(),
            values.getFileName())) {
      if (value == null) {
        encoder.writeIndex(TYPES.indexOf(Schema.Type.NULL));
      } else {
        encoder.writeIndex(TYPES.indexOf(Schema.Type.STRING));
        encoder.writeString(value);
      }
    }
  }
}
