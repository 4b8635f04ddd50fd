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

  /** One that was given by a command's own option. */
  static ConfigOption of(Path file) {
    ConfigOption option = new ConfigOption();
    option.file = file;
    return option;
  }

  Path file() {
    return file;
  }

  /**
   * @throws Main.UsageException if the file can't be read or is not valid
   */
  LakeConfig load() {
    return load(new ConfigLoader(System.getenv()));
  }

  /** The same for a command that reads the source's database. */
  LakeConfig loadWithDatabase() {
    return load(new ConfigLoader(System.getenv()).withDatabase());
  }

  private LakeConfig load(ConfigLoader loader) {
    try {
      return loader.load(file);
    } catch (LakeException invalid) {
      throw new Main.UsageException(invalid);
    }
  }
}
