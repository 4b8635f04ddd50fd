package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.LakeConfig;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the lake's YAML. */
final class ConfigOption {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The lake's YAML.")
  private Path file;

  Path file() {
    return file;
  }

  /**
   * @throws Main.UsageException if the file can't be read or is not valid
   */
  LakeConfig load() {
    try {
      return new ConfigLoader(System.getenv()).load(file);
    } catch (LakeException invalid) {
      throw new Main.UsageException(invalid);
    }
  }
}
