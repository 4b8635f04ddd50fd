package io.freshet.lake.copy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The version of a table of Parquet files that readers are to read; it stands in the table's {@code
 * _current}.
 *
 * @param version its name
 * @param path its folder, in the table's
 * @param at when it became the current one, milliseconds since the epoch
 * @param rows rows that it has
 * @param schema its columns, as Spark writes a schema in JSON
 * @param partitionBy columns that partition it
 * @param former versions before it that are kept
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ParquetVersion(
    String version,
    String path,
    long at,
    long rows,
    String schema,
    List<String> partitionBy,
    List<Former> former) {

  /**
   * A version that was current once.
   *
   * @param until when another took its place, milliseconds since the epoch
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Former(String version, long until) {}

  ParquetVersion {
    partitionBy = List.copyOf(partitionBy);
    former = List.copyOf(former);
  }

  /** The same after more rows came, which are so many now. */
  ParquetVersion of(long all, long now) {
    return new ParquetVersion(version, path, now, all, schema, partitionBy, former);
  }

  /** Its columns, each of which may be null in a file. */
  StructType columns() {
    return nullable((StructType) DataType.fromJson(schema));
  }

  /** The same columns, each of which may be null. */
  static StructType nullable(StructType columns) {
    StructType nullable = new StructType();
    for (StructField field : columns.fields()) {
      nullable = nullable.add(field.name(), field.dataType(), true);
    }
    return nullable;
  }

  /** What it leaves to its successor: itself, and those before it that were current lately. */
  List<Former> formerAfter(long now, Duration kept) {
    List<Former> left = new ArrayList<>();
    left.add(new Former(version, now));
    former.stream().filter(one -> one.until() + kept.toMillis() > now).forEach(left::add);
    return left;
  }
}
