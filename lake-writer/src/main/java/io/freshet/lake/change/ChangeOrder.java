package io.freshet.lake.change;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Where a batch's changes go before each key's are made one row. All changes of a key come to one
 * task, on end and by their {@code __offset}.
 */
@FunctionalInterface
public interface ChangeOrder extends UnaryOperator<Dataset<Row>> {}
