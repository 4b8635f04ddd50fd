package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.Decimals;
import io.freshet.lake.config.BareNumeric;
import io.freshet.lake.config.CopyTable;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * A column of a JDBC source: how Spark is to ask the driver for it, and what the lake makes of it.
 * Where a driver's own conversion would depend on this machine's time zone, or round, its text is
 * asked for.
 *
 * @param source its name in the source
 * @param name its name in the lake
 * @param asked what Spark asks the driver for
 * @param type what it is in the lake
 * @param printed whether the database makes a text of it, as its driver would make a wrong one
 */
record JdbcColumn(String source, String name, DataType asked, DataType type, boolean printed) {
  /** PostgreSQL's own types whose text is what the lake has. */
  private static final Set<String> TEXTS =
      Set.of(
          "citext",
          "uuid",
          "json",
          "jsonb",
          "inet",
          "cidr",
          "macaddr",
          "macaddr8",
          "ltree",
          "tsvector",
          "int4range",
          "int8range",
          "numrange",
          "tsrange",
          "tstzrange",
          "daterange");

  /**
   * The columns of a query.
   *
   * @throws LakeException if one is of a type that can't be read
   */
  static List<JdbcColumn> of(ResultSetMetaData metadata, CopyTable table, JdbcDatabase database)
      throws SQLException {
    Set<String> present = new HashSet<>();
    Map<String, String> names = new HashMap<>();
    List<JdbcColumn> columns = new ArrayList<>();
    for (int i = 1; i <= metadata.getColumnCount(); i++) {
      String source = metadata.getColumnName(i);
      present.add(source);
      if (!table.excludeColumns().contains(source)) {
        columns.add(of(metadata, i, LakeTypes.name(source, table, names), table, database));
      }
    }
    LakeTypes.requireColumns(table, present);
    return columns;
  }

  private static JdbcColumn of(
      ResultSetMetaData metadata, int i, String name, CopyTable table, JdbcDatabase database)
      throws SQLException {
    String source = metadata.getColumnName(i);
    String named = metadata.getColumnTypeName(i).toLowerCase(Locale.ROOT);
    boolean unsigned = named.contains("unsigned");
    return switch (metadata.getColumnType(i)) {
      case Types.BOOLEAN -> as(source, name, DataTypes.BooleanType);
      case Types.BIT -> bits(source, name, metadata.getPrecision(i), table, database);
      case Types.TINYINT, Types.SMALLINT -> as(source, name, DataTypes.IntegerType);
      case Types.INTEGER -> as(source, name, unsigned ? DataTypes.LongType : DataTypes.IntegerType);
      case Types.BIGINT ->
          as(source, name, unsigned ? DataTypes.createDecimalType(20, 0) : DataTypes.LongType);
      case Types.REAL -> as(source, name, DataTypes.FloatType);
      case Types.FLOAT, Types.DOUBLE ->
          named.equals("money")
              ? as(source, name, DataTypes.createDecimalType(DecimalType.MAX_PRECISION(), 2))
              : as(source, name, DataTypes.DoubleType);
      case Types.NUMERIC, Types.DECIMAL ->
          decimal(source, name, metadata.getPrecision(i), metadata.getScale(i), table);
      case Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.NCHAR,
          Types.NVARCHAR,
          Types.LONGNVARCHAR,
          Types.CLOB,
          Types.NCLOB,
          Types.SQLXML ->
          as(source, name, DataTypes.StringType);
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
          as(source, name, DataTypes.BinaryType);
      case Types.DATE ->
          database.hasPlainTimestamps()
              ? text(source, name, DataTypes.DateType)
              : as(source, name, DataTypes.DateType);
      case Types.TIME -> {
        if (named.equals("timetz")) {
          throw unknown(table, source, named, database); // Its text is not in UTC.
        }
        // MySQL's driver takes 44 hours off -838:59:59.
        yield new JdbcColumn(
            source, name, DataTypes.StringType, DataTypes.StringType, database.isMySql());
      }
      case Types.TIMESTAMP ->
          database.hasPlainTimestamps()
              ? text(source, name, DataTypes.TimestampType)
              : new JdbcColumn(
                  source, name, DataTypes.TimestampNTZType, DataTypes.TimestampType, false);
      case Types.TIMESTAMP_WITH_TIMEZONE ->
          database.hasPlainTimestamps()
              ? text(source, name, DataTypes.TimestampType)
              : as(source, name, DataTypes.TimestampType);
      default -> {
        if (!TEXTS.contains(named)) {
          throw unknown(table, source, named, database);
        }
        yield as(source, name, DataTypes.StringType);
      }
    };
  }

  private static LakeException unknown(
      CopyTable table, String source, String type, JdbcDatabase database) {
    return new LakeException(
        "column %s of %s is of the type %s, which can't be read by JDBC; leave it out with exclude-columns%s"
            .formatted(
                source,
                table.from(),
                type,
                database == JdbcDatabase.POSTGRESQL ? ", or use source.format: postgres" : ""));
  }

  private static JdbcColumn as(String source, String name, DataType type) {
    return new JdbcColumn(source, name, type, type, false);
  }

  private static JdbcColumn text(String source, String name, DataType type) {
    return new JdbcColumn(source, name, DataTypes.StringType, type, false);
  }

  private static JdbcColumn bits(
      String source, String name, int length, CopyTable table, JdbcDatabase database) {
    if (length <= 1) {
      return as(source, name, DataTypes.BooleanType);
    }
    if (database != JdbcDatabase.POSTGRESQL) {
      throw unknown(table, source, "bit(" + length + ")", database);
    }
    return as(source, name, DataTypes.StringType);
  }

  private static JdbcColumn decimal(
      String source, String name, int precision, int scale, CopyTable table) {
    BareNumeric bare = table.settings().bareNumeric();
    DataType type = precision <= 0 ? Decimals.type(bare) : Decimals.type(precision, scale, bare);
    // Spark would round what has more digits than that.
    boolean declared = precision > 0 && precision <= DecimalType.MAX_PRECISION() && scale >= 0;
    return declared && type instanceof DecimalType
        ? as(source, name, type)
        : text(source, name, type);
  }

  boolean isWhole() {
    return type.equals(DataTypes.IntegerType) || type.equals(DataTypes.LongType);
  }

  /** In the list of a SELECT. */
  String selected(String quote) {
    String column = quote + source + quote;
    return (printed ? "CAST(" + column + " AS CHAR)" : column) + " AS " + quote + name + quote;
  }

  /** In Spark's {@code customSchema}. */
  String read() {
    return "`" + name + "` " + asked.sql();
  }

  /**
   * Its value in the lake.
   *
   * @param table for errors' texts
   */
  Column inTheLake(String table) {
    Column value = functions.col("`" + name + "`");
    if (asked.equals(type)) {
      return value;
    }
    if (!asked.equals(DataTypes.StringType)) {
      return value.cast(type).as(name);
    }
    return JdbcTexts.value(value, type, table + "." + source).as(name);
  }
}
