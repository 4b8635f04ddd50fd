package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.quarantine.QuarantineListing;
import io.freshet.lake.quarantine.ReplayRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Records that could not be written: what they are, and another try. */
@Command(
    name = "quarantine",
    description = "List, show and replay the records that could not be made rows.",
    mixinStandardHelpOptions = true)
final class QuarantineCommand {
  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      required = true,
      paramLabel = "FILE",
      description = "The lake's YAML.")
  private Path file;

  @Option(
      names = "--table",
      scope = ScopeType.INHERIT,
      paramLabel = "DATABASE.TABLE",
      description = "Only this table (default: all that have a quarantine).")
  private String table;

  @Option(
      names = "--topic",
      scope = ScopeType.INHERIT,
      paramLabel = "TOPIC",
      description = "Only records of this Kafka topic.")
  private String topic;

  @Option(
      names = "--partition",
      scope = ScopeType.INHERIT,
      paramLabel = "NUMBER",
      description = "Only records of this Kafka partition.")
  private Integer partition;

  @Option(
      names = "--offset",
      scope = ScopeType.INHERIT,
      paramLabel = "OFFSET",
      description = "Only records at this Kafka offset.")
  private Long offset;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "One JSON object a line instead of a table.")
  private boolean json;

  @Spec private CommandSpec spec;

  private QuarantineListing listing() {
    try {
      return new QuarantineListing(
          new ConfigLoader(System.getenv()).load(file), LakeSession.hadoop());
    } catch (LakeException invalid) {
      throw new Main.UsageException(invalid);
    }
  }

  private ReplayRequest which(boolean insertMissing) {
    return new ReplayRequest(
        Optional.ofNullable(topic),
        partition == null ? OptionalInt.empty() : OptionalInt.of(partition),
        offset == null ? OptionalLong.empty() : OptionalLong.of(offset),
        insertMissing);
  }

  private QuarantineOutput output() {
    return new QuarantineOutput(listing(), spec.commandLine().getOut(), json);
  }

  private Optional<String> table() {
    return Optional.ofNullable(table);
  }

  @Command(
      name = "list",
      description = "One line for each record: where it stood in Kafka, and what is wrong with it.",
      mixinStandardHelpOptions = true)
  int list() {
    output().list(table(), which(false));
    return 0;
  }

  @Command(
      name = "show",
      description = "All that is known of the records.",
      mixinStandardHelpOptions = true)
  int show(
      @Option(
              names = "--show-values",
              description = "Print the rows' values and bytes, which may be private.")
          boolean values) {
    output().show(table(), which(false), values);
    return 0;
  }

  @Command(
      name = "replay",
      description = {
        "Ask the tables' ingest to take the records back in.",
        "A row is never set back: a record with a later change of its row leaves the quarantine"
            + " without being written."
      },
      mixinStandardHelpOptions = true)
  int replay(
      @Option(
              names = "--insert-missing",
              description = {
                "In a table with hard deletes, also insert rows that are not there.",
                "Only where they were not deleted since: the table can't tell."
              })
          boolean insertMissing,
      @Option(
              names = "--wait",
              defaultValue = "60",
              paramLabel = "SECONDS",
              description = "How long to wait for ingest to do it (default: ${DEFAULT-VALUE}).")
          int seconds)
      throws InterruptedException {
    output().replay(table(), which(insertMissing), Duration.ofSeconds(seconds));
    return 0;
  }
}
