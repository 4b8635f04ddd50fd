package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.schemas.ChangeColumns;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** Debezium's full envelope: {@code before}, {@code after}, {@code source} and {@code op}. */
final class EnvelopeShape implements MessageShape {
  private final Schema landed;
  private final Schema image;
  private final int before;
  private final int after;
  private final int source;
  private final int op;

  EnvelopeShape(Schema landed, String topic) {
    this.landed = landed;
    this.before = landed.getField("before").pos();
    this.after = landed.getField("after").pos();
    this.source = landed.getField("source").pos();
    this.op = landed.getField("op").pos();
    this.image = record(landed.getField("after").schema(), topic, "after");
  }

  private static Schema record(Schema field, String topic, String name) {
    if (field.getType() == Schema.Type.RECORD) {
      return field;
    }
    if (field.getType() == Schema.Type.UNION) {
      for (Schema branch : field.getTypes()) {
        if (branch.getType() == Schema.Type.RECORD) {
          return branch;
        }
      }
    }
    throw new LakeException(
        "messages of topic %s look like Debezium's envelope, but their field '%s' is %s, not a record"
            .formatted(topic, name, field));
  }

  @Override
  public Schema image() {
    return image;
  }

  @Override
  public boolean isSourceColumn(String field) {
    return true;
  }

  @Override
  public String op(GenericRecord message) {
    Object value = message.get(op);
    return value == null ? "" : value.toString();
  }

  @Override
  public GenericRecord image(GenericRecord message) {
    return (GenericRecord) message.get(op(message).equals("d") ? before : after);
  }

  @Override
  public Function<GenericRecord, Object> changeColumn(String column) {
    return switch (column) {
      case ChangeColumns.OP -> this::op;
      case ChangeColumns.DB -> ofSource("db");
      case ChangeColumns.SCHEMA -> ofSource("schema");
      case ChangeColumns.TABLE -> ofSource("table");
      case ChangeColumns.LSN -> ofSource("lsn");
      case ChangeColumns.SOURCE_TS_MS -> ofSource("ts_ms");
      default -> {
        Schema.Field field = landed.getField(column);
        yield field == null ? message -> null : message -> message.get(field.pos());
      }
    };
  }

  private Function<GenericRecord, Object> ofSource(String name) {
    return message -> {
      GenericRecord record = (GenericRecord) message.get(source);
      return record == null || record.getSchema().getField(name) == null ? null : record.get(name);
    };
  }
}
