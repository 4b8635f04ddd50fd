package io.freshet.lake.store;

import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * What a path means to Hudi, as its table version 9 lays tables out.
 *
 * @param table the folder of the table; empty if it is not known
 * @param kind what lies there
 * @param path of the object or folder, from the bucket on
 */
record TablePath(String table, Kind kind, String path) {
  private static final String META = "/.hoodie/";
  private static final String TEMP = ".temp/";
  private static final String TIMELINE = "timeline";

  /** File, instant, version, and which attempt of which task wrote it: no two files share that. */
  private static final Pattern LOG_FILE =
      Pattern.compile("\\..+_\\d{17}\\.log\\.\\d+_\\d+-\\d+-\\d+");

  /** Instants begin with their time; that of their completion stands behind it. */
  private static final Pattern COMPLETED = Pattern.compile("\\d{17}_\\d{17}\\.\\w+");

  /** Kinds of what lies there. */
  enum Kind {
    /** Says which file a write under way makes; it has no content. */
    MARKER,
    /** All markers of a write. */
    MARKERS,
    /** Those of a partition. */
    PARTITION_MARKERS,
    /** The table's properties. */
    PROPERTIES,
    /** The folder of all instants. */
    TIMELINE,
    /** An instant that is requested or under way. */
    PENDING,
    /** A completed instant, which never changes. */
    COMPLETED,
    /** A file of changes, written at once and never changed. */
    LOG_FILE,
    /** What makes a folder a partition. */
    PARTITION,
    /** Anything else. */
    OTHER
  }

  static TablePath of(Path qualified) {
    String path = qualified.toUri().getPath();
    int meta = path.indexOf(META);
    if (meta < 0) {
      return new TablePath("", ofData(qualified.getName()), path);
    }
    return new TablePath(
        path.substring(0, meta), ofMeta(path.substring(meta + META.length())), path);
  }

  private static Kind ofData(String name) {
    if (name.equals(".hoodie_partition_metadata")) {
      return Kind.PARTITION;
    }
    return LOG_FILE.matcher(name).matches() ? Kind.LOG_FILE : Kind.OTHER;
  }

  private static Kind ofMeta(String rest) {
    if (rest.startsWith(TEMP)) {
      return ofTemp(rest.substring(TEMP.length()));
    }
    if (rest.equals("hoodie.properties")) {
      return Kind.PROPERTIES;
    }
    if (rest.equals(TIMELINE)) {
      return Kind.TIMELINE;
    }
    if (rest.startsWith(TIMELINE + "/") && rest.indexOf('/', TIMELINE.length() + 1) < 0) {
      String name = rest.substring(TIMELINE.length() + 1);
      if (COMPLETED.matcher(name).matches()) {
        return Kind.COMPLETED;
      }
      return name.endsWith(".requested") || name.endsWith(".inflight") ? Kind.PENDING : Kind.OTHER;
    }
    return Kind.OTHER;
  }

  private static Kind ofTemp(String rest) {
    int first = rest.indexOf('/');
    if (first < 0) {
      return Kind.MARKERS;
    }
    return rest.substring(rest.lastIndexOf('/')).contains(".marker.")
        ? Kind.MARKER
        : Kind.PARTITION_MARKERS;
  }

  /** The folder of all markers of the write that a marker is of. */
  String markers() {
    int write = path.indexOf('/', table.length() + META.length() + TEMP.length());
    return write < 0 ? path : path.substring(0, write);
  }

  /** Whether this is that path, or lies in it. */
  static boolean isIn(String path, String folder) {
    return path.equals(folder) || path.startsWith(folder + "/");
  }
}
