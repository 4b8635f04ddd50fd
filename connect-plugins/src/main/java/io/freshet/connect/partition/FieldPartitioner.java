package io.freshet.connect.partition;

import io.freshet.connect.avro.BadRecordException;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.RecordEncoder;
import java.time.DateTimeException;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.kafka.connect.sink.SinkRecord;

/** One folder for each value of the given fields: {@code country=DE/city=Berlin}. */
public final class FieldPartitioner implements Partitioner {
  private final List<RecordField> fields;
  private final boolean labels;

  /**
   * @param names the fields' names, one or more; a dot leads into a record
   * @param labels whether a folder's name says the field's name too
   * @param messages reader of Avro messages that are landed in another form; absent: none are read
   */
  public FieldPartitioner(
      List<String> names, boolean labels, Optional<? extends RecordEncoder> messages) {
    this.fields = names.stream().map(name -> new RecordField(name, messages)).toList();
    this.labels = labels;
  }

  @Override
  public String path(SinkRecord record, EncodedRecord encoded) {
    StringJoiner path = new StringJoiner("/");
    for (RecordField field : fields) {
      String value =
          field
              .read(record, encoded)
              .map(present -> PathText.of(text(record, field, present)))
              .orElse(PathText.NONE);
      path.add(labels ? PathText.of(field.name()) + "=" + value : value);
    }
    return path.toString();
  }

  private static String text(SinkRecord record, RecordField field, FieldValue value) {
    try {
      return value.text();
    } catch (DateTimeException | ArithmeticException outOfRange) {
      throw new BadRecordException(
          record,
          "field '%s' is %s, which is out of its type's range".formatted(field.name(), value.raw()),
          outOfRange);
    }
  }
}
