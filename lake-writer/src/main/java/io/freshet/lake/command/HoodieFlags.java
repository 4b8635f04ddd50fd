package io.freshet.lake.command;

import io.freshet.lake.config.hoodie.StreamerConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * HoodieStreamer's command line, as far as people write it beside its properties file. What a flag
 * says is read from the parser; the fields only declare it.
 */
final class HoodieFlags {
  private static final String FLAG = "A flag of HoodieStreamer's.";

  @Option(
      names = {"--hoodie-props", "--props"},
      paramLabel = "FILE",
      description = {
        "HoodieStreamer's (DeltaStreamer's) properties, in the place of --config.",
        "Prints the YAML that says the same, and names what has no meaning here."
      })
  private Path properties;

  @Option(
      names = "--run",
      description = {"With --hoodie-props: run instead of printing; without --continuous, once."})
  private boolean run;

  @Option(
      names = "--hoodie-conf",
      paramLabel = "KEY=VALUE",
      description = "A property that stands above those of --hoodie-props.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(names = "--table-type", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String tableType;

  @Option(names = "--target-base-path", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String targetBasePath;

  @Option(names = "--target-table", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String targetTable;

  @Option(names = "--op", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String op;

  @Option(
      names = "--source-ordering-field",
      paramLabel = "VALUE",
      hidden = true,
      description = FLAG)
  private String sourceOrderingField;

  @Option(names = "--source-class", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String sourceClass;

  @Option(names = "--schemaprovider-class", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String schemaproviderClass;

  @Option(names = "--payload-class", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String payloadClass;

  @Option(names = "--transformer-class", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String transformerClass;

  @Option(names = "--sync-tool-classes", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String syncToolClasses;

  @Option(
      names = "--min-sync-interval-seconds",
      paramLabel = "VALUE",
      hidden = true,
      description = FLAG)
  private String minSyncIntervalSeconds;

  @Option(names = "--source-limit", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String sourceLimit;

  @Option(names = "--checkpoint", paramLabel = "VALUE", hidden = true, description = FLAG)
  private String checkpoint;

  @Option(names = "--continuous", hidden = true, description = FLAG)
  private boolean continuous;

  @Option(names = "--filter-dupes", hidden = true, description = FLAG)
  private boolean filterDupes;

  @Option(names = "--enable-sync", hidden = true, description = FLAG)
  private boolean enableSync;

  @Option(names = "--enable-hive-sync", hidden = true, description = FLAG)
  private boolean enableHiveSync;

  @Option(names = "--commit-on-errors", hidden = true, description = FLAG)
  private boolean commitOnErrors;

  /** The properties file; empty where the job has a configuration of its own. */
  Optional<Path> properties() {
    return Optional.ofNullable(properties);
  }

  /** Whether to run rather than to print. */
  boolean isRun() {
    return run;
  }

  /** Whether to go on after all is committed. */
  boolean isContinuous() {
    return continuous;
  }

  /** The YAML that says what file and flags say. */
  String yaml(ParseResult parsed) {
    Map<String, String> flags = new LinkedHashMap<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      if (option.hidden()) {
        flags.put(
            option.longestName(),
            option.getValue() instanceof Boolean ? "" : option.getValue().toString());
      }
    }
    return StreamerConfig.yaml(properties, flags, overrides);
  }
}
