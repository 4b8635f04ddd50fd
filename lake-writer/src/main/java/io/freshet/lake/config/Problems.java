package io.freshet.lake.config;

import io.freshet.lake.LakeException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What is wrong with a file, collected while it is read on; and, since each key is asked for by who
 * reads it, which keys there are.
 */
final class Problems {
  /** What a value can't be read for is among the problems. */
  static final class AlreadyToldException extends LakeException {
    private static final long serialVersionUID = 1L;

    AlreadyToldException() {
      super("already told");
    }
  }

  private final List<String> texts = new ArrayList<>();
  private final Map<String, Set<String>> keys = new TreeMap<>();

  boolean isEmpty() {
    return texts.isEmpty();
  }

  void add(String problem) {
    texts.add(problem);
  }

  /**
   * Reads something.
   *
   * @param instead what to go on with if that fails; it must not cause a problem of its own
   */
  <T> T or(T instead, Supplier<T> read) {
    try {
      return read.get();
    } catch (AlreadyToldException told) {
      return instead;
    } catch (LakeException problem) {
      add(problem.getMessage());
      return instead;
    }
  }

  /**
   * Takes note of a key that is understood.
   *
   * @param section path of its mapping, such as {@code tables[0]}
   */
  void understood(String section, String key) {
    keys.computeIfAbsent(section.replaceAll("\\[\\d+]", "[]"), path -> new LinkedHashSet<>())
        .add(key);
  }

  /** The keys that were asked for, by the path of their mapping, such as {@code tables[]}. */
  Map<String, Set<String>> keys() {
    return keys;
  }

  /**
   * @throws ConfigException if there are any
   */
  void refuse() {
    if (!texts.isEmpty()) {
      throw new ConfigException(texts);
    }
  }
}
