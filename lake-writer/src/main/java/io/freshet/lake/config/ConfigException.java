package io.freshet.lake.config;

import io.freshet.lake.LakeException;
import java.util.List;

/** All that is wrong with a configuration, so that it is mended in one go. */
public final class ConfigException extends LakeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * @param problems at least one; each names a key, its value and the fix
   */
  ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * @param problems as of the constructor, or none
   * @throws ConfigException if there is one
   */
  public static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** One line each. */
  public List<String> problems() {
    return problems;
  }
}
