package io.freshet.lake.command;

import io.freshet.lake.config.TableConfig;
import io.freshet.lake.job.IngestPlan;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructType;

/** A plan as {@code ingest --dry-run} prints it. */
final class PlanText {
  private PlanText() {}

  static String of(IngestPlan plan) {
    StringBuilder text = new StringBuilder();
    plan.tables().forEach(table -> add(text, table));
    plan.refused()
        .forEach(
            (topic, reason) ->
                text.append(topic).append(" makes no table: ").append(reason).append('\n'));
    text.append(plan.tables().size()).append(" tables, nothing was written\n");
    return text.toString();
  }

  private static void add(StringBuilder text, IngestPlan.PlannedTable table) {
    TableConfig config = table.spec().config();
    text.append(
            "%s -> %s at %s%n".formatted(config.topic(), config.name(), table.spec().location()))
        .append(
            "  %s, %s, index %s, deletes %s%n"
                .formatted(
                    spelt(config.type()),
                    config.partitionBy().isEmpty()
                        ? "not partitioned"
                        : "partitioned by " + String.join(", ", config.partitionBy()),
                    table.index(),
                    spelt(config.deletes())))
        .append("  keys %s%n".formatted(String.join(", ", table.spec().keys())))
        .append(
            "  columns %s%n"
                .formatted(
                    table
                        .columns()
                        .map(PlanText::columns)
                        .orElse("are known with the first message")))
        .append(
            "  reads from %s%s%n"
                .formatted(
                    table.from().map(from -> "position " + from.toJson()).orElse("the beginning"),
                    table
                        .behind()
                        .map(behind -> ", %d positions to read".formatted(behind.positions()))
                        .orElse(", once the topic is there")));
  }

  private static String columns(StructType columns) {
    return Arrays.stream(columns.fields())
        .map(field -> field.name() + " " + field.dataType().sql().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static String spelt(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
