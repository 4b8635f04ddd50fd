package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.WithoutKey;
import io.freshet.lake.source.SchemaRegistry;
import io.freshet.schemas.ChangeColumns;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Which columns tell a table's rows apart. */
final class KeyColumns {
  private final SchemaRegistry registry;
  private final Function<TableConfig, Optional<List<String>>> stored;

  /**
   * @param stored the key columns of a table that is there; one that was made by a snapshot is so
   *     before its topic has a single message
   */
  KeyColumns(SchemaRegistry registry, Function<TableConfig, Optional<List<String>>> stored) {
    this.registry = registry;
    this.stored = stored;
  }

  /**
   * @param landed topics that are there, for the error's text
   * @throws LakeException if the topic has no key and the table wants one, or the registry can't be
   *     asked
   */
  List<String> of(TableConfig table, List<String> landed) {
    return registry
        .keyColumns(table.topic())
        .or(() -> stored.apply(table))
        .or(() -> withoutKey(table))
        .orElseThrow(() -> noKey(table, landed));
  }

  /** A changelog's rows are told apart by where they stood in Kafka. */
  private static Optional<List<String>> withoutKey(TableConfig table) {
    return table.settings().withoutKey() == WithoutKey.APPEND
        ? Optional.of(List.of(ChangeColumns.PARTITION, ChangeColumns.OFFSET))
        : Optional.empty();
  }

  private LakeException noKey(TableConfig table, List<String> landed) {
    return new LakeException(
        "table %s reads topic '%s', but the registry has no key schema for it (%s); mend its topic, give the source table a primary key and let the source connector emit its first row, or set without-key: append for a log of its changes. Topics with keys: %s"
            .formatted(
                table.name(),
                table.topic(),
                landed.contains(table.topic())
                    ? "it has landed, so its messages have no Avro key"
                    : "nor has it landed",
                registry.topicsWithKeys()));
  }
}
