package io.freshet.lake.postgres;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/** How a COPY gives a column, and what its values become. */
final class CopyColumn implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final String expression;
  private final DataType type;
  private final FieldDecoder decoder;

  /**
   * @param name the lake column's
   * @param expression what is selected
   * @param type the lake column's
   * @param decoder for the expression's binary format
   */
  CopyColumn(String name, String expression, DataType type, FieldDecoder decoder) {
    this.name = name;
    this.expression = expression;
    this.type = type;
    this.decoder = decoder;
  }

  String name() {
    return name;
  }

  String expression() {
    return expression;
  }

  DataType type() {
    return type;
  }

  FieldDecoder decoder() {
    return decoder;
  }
}
