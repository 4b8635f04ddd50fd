package io.freshet.connectors;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a PUT would change, key by key.
 *
 * @param changes in the order of the keys' names; empty if nothing changes
 */
record ConfigDiff(List<Change> changes) {
  /** One key that differs. */
  sealed interface Change {
    String key();

    /** As a line of a diff, without secrets. */
    String line(Redactor redactor);
  }

  record Added(String key, String value) implements Change {
    @Override
    public String line(Redactor redactor) {
      return "+ " + key + ": " + redactor.show(key, value);
    }
  }

  record Removed(String key, String value) implements Change {
    @Override
    public String line(Redactor redactor) {
      return "- " + key + ": " + redactor.show(key, value);
    }
  }

  record Changed(String key, String from, String to) implements Change {
    @Override
    public String line(Redactor redactor) {
      return "~ " + key + ": " + redactor.show(key, from) + " → " + redactor.show(key, to);
    }
  }

  ConfigDiff {
    changes = List.copyOf(changes);
  }

  static ConfigDiff between(Map<String, String> running, Map<String, String> wanted) {
    TreeSet<String> keys = new TreeSet<>(running.keySet());
    keys.addAll(wanted.keySet());
    List<Change> changes = new ArrayList<>();
    for (String key : keys) {
      if (!running.containsKey(key)) {
        changes.add(new Added(key, wanted.get(key)));
      } else if (!wanted.containsKey(key)) {
        changes.add(new Removed(key, running.get(key)));
      } else if (!wanted.get(key).equals(running.get(key))) {
        changes.add(new Changed(key, running.get(key), wanted.get(key)));
      }
    }
    return new ConfigDiff(changes);
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }
}
