package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.schemas.ChangeColumns;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * What Debezium's {@code ExtractNewRecordState} gives with {@code
 * delete.tombstone.handling.mode=rewrite}: one flat record, with {@code __deleted} in it.
 */
final class FlatShape implements MessageShape {
  private final Schema landed;
  private final int deleted;

  FlatShape(Schema landed, String topic) {
    this.landed = landed;
    Schema.Field mark = landed.getField(ChangeColumns.DELETED);
    if (mark == null) {
      throw new LakeException(
          "messages of topic "
              + topic
              + " have no "
              + ChangeColumns.DELETED
              + ", so deletes would be lost; set transforms.unwrap.delete.tombstone.handling.mode=rewrite in the source connector, or leave out the unwrap transform");
    }
    this.deleted = mark.pos();
  }

  @Override
  public Schema image() {
    return landed;
  }

  @Override
  public boolean isSourceColumn(String field) {
    return !ChangeColumns.LAKE.contains(field) && !ChangeColumns.LANDING.contains(field);
  }

  @Override
  public String op(GenericRecord message) {
    Object mark = message.get(deleted);
    if (mark != null && Boolean.parseBoolean(mark.toString())) {
      return "d";
    }
    Schema.Field op = landed.getField(ChangeColumns.OP);
    Object value = op == null ? null : message.get(op.pos());
    return value == null ? "u" : value.toString();
  }

  @Override
  public GenericRecord image(GenericRecord message) {
    return message;
  }

  @Override
  public Function<GenericRecord, Object> changeColumn(String column) {
    Schema.Field field = landed.getField(column);
    if (field == null) {
      return message -> null;
    }
    int position = field.pos();
    return message -> message.get(position);
  }
}
