package io.freshet.lake.store;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * What is known of a table during a commit, when this process alone writes it: its properties, and
 * which instants it has. Both are asked of the store once, and then kept as this process changes
 * them.
 */
final class HeldTable {
  /** Asks the store. */
  interface Question<T> {
    T ask() throws IOException;
  }

  private int holders;
  private Map<String, FileStatus> instants;
  private byte[] properties;

  synchronized void hold() {
    holders++;
  }

  /** Returns whether nobody holds it any more. */
  synchronized boolean release() {
    holders--;
    return holders == 0;
  }

  /** All instants. */
  synchronized FileStatus[] instants(Question<FileStatus[]> store) throws IOException {
    if (instants == null) {
      Map<String, FileStatus> loaded = new TreeMap<>();
      for (FileStatus status : store.ask()) {
        loaded.put(status.getPath().getName(), status);
      }
      instants = loaded;
    }
    return instants.values().toArray(FileStatus[]::new);
  }

  /**
   * One instant; empty within if there is none of that name.
   *
   * @return empty if that is not known
   */
  synchronized Optional<Optional<FileStatus>> instant(Path instant) {
    return Optional.ofNullable(instants)
        .map(known -> Optional.ofNullable(known.get(instant.getName())));
  }

  synchronized void add(FileStatus instant) {
    if (instants != null) {
      instants.put(instant.getPath().getName(), instant);
    }
  }

  synchronized void remove(Path instant) {
    if (instants != null) {
      instants.remove(instant.getName());
    }
  }

  synchronized byte[] properties(Question<byte[]> store) throws IOException {
    if (properties == null) {
      properties = store.ask();
    }
    return properties;
  }

  synchronized void forgetProperties() {
    properties = null;
  }

  synchronized void forget() {
    instants = null;
    properties = null;
  }
}
