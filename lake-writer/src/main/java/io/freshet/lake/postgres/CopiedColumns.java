package io.freshet.lake.postgres;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.BareNumeric;
import io.freshet.lake.config.IntervalMode;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of a relation that the lake gets, in the relation's order. */
public final class CopiedColumns {
  private final Relation relation;
  private final List<CopyColumn> columns = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  private CopiedColumns(Relation relation) {
    this.relation = relation;
  }

  /**
   * @throws LakeException if two columns would have one name, one has a name of the lake's own, or
   *     one can't be read
   */
  public static CopiedColumns of(Relation relation, BareNumeric bare, IntervalMode intervals) {
    return of(relation, new TypeMapping(bare, intervals));
  }

  static CopiedColumns of(Relation relation, TypeMapping types) {
    CopiedColumns copied = new CopiedColumns(relation);
    Map<String, String> names = new HashMap<>();
    for (PostgresColumn column : relation.columns()) {
      // The stream of changes does not have generated columns.
      Optional<CopyColumn> as = column.generated() ? Optional.empty() : types.column(column);
      if (as.isEmpty()) {
        copied.leftOut.add(
            column.name() + " (" + (column.generated() ? "generated" : column.type()) + ")");
        continue;
      }
      String name = as.get().name();
      String other = names.put(name, column.name());
      if (other != null) {
        throw new LakeException(
            "columns %s and %s of %s would both be %s in the lake; rename one of them"
                .formatted(other, column.name(), relation.title(), name));
      }
      if (ChangeColumns.LAKE.contains(name)) {
        throw new LakeException(
            "column %s of %s has the name of one of the lake's own; rename it"
                .formatted(column.name(), relation.title()));
      }
      copied.columns.add(as.get());
    }
    return copied;
  }

  List<CopyColumn> columns() {
    return columns;
  }

  /** Columns that the source connector leaves out too, each with its type. */
  public List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** The key columns' names in the lake, in the key's order. */
  public List<String> key() {
    return relation.key().stream().map(LakeNames::of).toList();
  }

  /** The lake columns; those of the key are not null. */
  public StructType schema() {
    List<String> key = key();
    List<StructField> fields = new ArrayList<>();
    for (CopyColumn column : columns) {
      fields.add(
          DataTypes.createStructField(column.name(), column.type(), !key.contains(column.name())));
    }
    return DataTypes.createStructType(fields);
  }
}
