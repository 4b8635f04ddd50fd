package io.freshet.schemas;

import java.util.regex.Pattern;

/**
 * Commit records of the landing log, for layouts that spread one Kafka partition over several
 * files: {@code <topicsDir>/<topic>/_commits/<p>/<position, 20 digits>.json}.
 *
 * <p>A record is put, conditionally, after the data files that it lists; a reader follows the
 * records alone, since a data file that none of them lists was never landed. The record is a JSON
 * object with {@link #POSITION}, the pairs of {@link LandingMetadata} for all its files together,
 * and {@link #FILES}: an array with an object for each file, which holds {@link #FILE_KEY}, {@link
 * #FILE_BYTES}, {@link #FILE_KIND} and the pairs of {@link LandingMetadata} for that file. The
 * object's own S3 metadata are the record's pairs.
 *
 * <p>A file of the kind {@link #KIND_KEYS} or {@link #KIND_HEADERS} has a row for each row of the
 * data file that its {@link #FILE_OF} names, in the same order; {@link LandingMetadata#RECORDS} of
 * the commit counts the rows of the data files alone. A reader passes over kinds that it has no use
 * for, and takes a file without a kind for data.
 */
public final class LandingCommit {
  /** Kafka offset that the commit starts at, a number. */
  public static final String POSITION = "freshet-position";

  /** The data files, an array. */
  public static final String FILES = "files";

  /** A data file's key in the bucket, a string. */
  public static final String FILE_KEY = "key";

  /** A data file's length in bytes, a number. */
  public static final String FILE_BYTES = "bytes";

  /** What a file holds, a string: {@link #KIND_DATA}, {@link #KIND_KEYS} or another kind. */
  public static final String FILE_KIND = "kind";

  /**
   * Key of the data file whose rows the rows of this file belong to; not in a data file's entry.
   */
  public static final String FILE_OF = "of";

  /** {@link #FILE_KIND} of records' values. */
  public static final String KIND_DATA = "data";

  /** {@link #FILE_KIND} of records' keys: {@link ChangeColumns#KEY}. */
  public static final String KIND_KEYS = "keys";

  /** {@link #FILE_KIND} of records' headers: {@link ChangeColumns#HEADERS}. */
  public static final String KIND_HEADERS = "headers";

  /** Name of the folder of a topic's commit records. */
  public static final String FOLDER = "_commits";

  /** Name of a data file, after its folder: no object of another kind is named so. */
  private static final Pattern DATA_NAME =
      Pattern.compile("[^/+]+\\+\\d+\\+\\d{20}\\+[0-9a-f-]{36}-\\d+\\.[^/]+");

  private static final Pattern NAME = Pattern.compile("[^/+]+/_commits/\\d+/\\d{20}\\.json");

  private LandingCommit() {}

  /**
   * Key of the record that starts at a position.
   *
   * @param topicsDir folder of the landing log, as in {@link LandingKey}
   */
  public static String key(String topicsDir, String topic, int partition, long position) {
    return listFrom(topicsDir, topic, partition, position) + ".json";
  }

  /** What every record's key of one Kafka partition begins with, its slash included. */
  public static String prefix(String topicsDir, String topic, int partition) {
    return topicPrefix(topicsDir, topic) + partition + "/";
  }

  /** What every record's key of one topic begins with, its slash included. */
  public static String topicPrefix(String topicsDir, String topic) {
    return LandingKey.topicPrefix(topicsDir, topic) + FOLDER + "/";
  }

  /** Whether a key is named as files are that a commit record lists, wherever they lie. */
  public static boolean isDataKey(String key) {
    return DATA_NAME.matcher(key.substring(key.lastIndexOf('/') + 1)).matches();
  }

  /** S3's {@code StartAfter} for a list that begins with the record at {@code position}. */
  public static String listFrom(String topicsDir, String topic, int partition, long position) {
    return prefix(topicsDir, topic, partition) + "%020d".formatted(position);
  }

  /** Whether a key is one of a commit record. */
  public static boolean isKey(String topicsDir, String key) {
    String under = topicsDir.isEmpty() ? "" : topicsDir + "/";
    return key.startsWith(under) && NAME.matcher(key.substring(under.length())).matches();
  }

  /**
   * The position in a commit record's key.
   *
   * @throws IllegalArgumentException if the key is not one of a commit record
   */
  public static long position(String topicsDir, String key) {
    if (!isKey(topicsDir, key)) {
      throw new IllegalArgumentException("'" + key + "' is not the key of a commit record");
    }
    int name = key.lastIndexOf('/') + 1;
    return Long.parseLong(key.substring(name, key.length() - ".json".length()));
  }
}
