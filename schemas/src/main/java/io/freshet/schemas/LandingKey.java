package io.freshet.schemas;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of one object of the landing log: {@code
 * <topicsDir>/<topic>/partition=<p>/<topic>+<p>+<position>.<ext>}.
 *
 * <p>The position is where the object <em>starts</em> in its Kafka partition: the {@code next} of
 * the object before it, not the offset of its first record. It is written with 20 digits, so that
 * the keys' lexical order, which S3 lists in, is the order of the log. The key holds nothing of
 * where the object ends: two writers of one partition then compete for the same key, and a
 * conditional PUT lets one of them win.
 *
 * @param topicsDir folder of the landing log in the bucket, without slashes at its ends; may be
 *     empty and may itself contain slashes
 * @param topic Kafka topic
 * @param partition Kafka partition, 0 or more
 * @param position first Kafka offset that the object answers for, 0 or more
 * @param extension file name extension without its dot, such as {@code avro}
 */
public record LandingKey(
    String topicsDir, String topic, int partition, long position, String extension) {

  private static final Pattern NAME =
      Pattern.compile("(?<topic>[^/+]+)\\+(?<partition>\\d+)\\+(?<position>\\d{20})\\.(?<ext>.+)");

  /**
   * @throws IllegalArgumentException if a part can't stand in a key
   */
  public LandingKey {
    Objects.requireNonNull(topicsDir, "topicsDir");
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(extension, "extension");
    if (topicsDir.startsWith("/") || topicsDir.endsWith("/")) {
      throw new IllegalArgumentException(
          "topics.dir '" + topicsDir + "' must not begin or end with a slash");
    }
    if (partition < 0 || position < 0) {
      throw new IllegalArgumentException(
          "partition " + partition + " and position " + position + " must not be negative");
    }
  }

  /** The object's key in its bucket. */
  public String key() {
    return prefix(topicsDir, topic, partition) + name();
  }

  private String name() {
    return "%s+%d+%020d.%s".formatted(topic, partition, position, extension);
  }

  /**
   * What every key of one Kafka partition begins with, its slash included: the prefix to list.
   *
   * @param topicsDir see {@link LandingKey}
   */
  public static String prefix(String topicsDir, String topic, int partition) {
    return topicPrefix(topicsDir, topic) + "partition=" + partition + "/";
  }

  /** What every key of one topic begins with, its slash included. */
  public static String topicPrefix(String topicsDir, String topic) {
    return (topicsDir.isEmpty() ? "" : topicsDir + "/") + topic + "/";
  }

  /**
   * A string that sorts after every key of this partition below {@code position} and before every
   * key at it or above: S3's {@code StartAfter} for a list that begins at {@code position}.
   */
  public static String listFrom(String topicsDir, String topic, int partition, long position) {
    return prefix(topicsDir, topic, partition)
        + "%s+%d+%020d".formatted(topic, partition, position);
  }

  /**
   * Reads a key back.
   *
   * @param topicsDir the landing log's folder, as in {@link LandingKey}
   * @param key an object's key
   * @throws IllegalArgumentException if the key is not one of a landed object, naming the key
   */
  public static LandingKey parse(String topicsDir, String key) {
    String under = topicsDir.isEmpty() ? "" : topicsDir + "/";
    String rest = key.startsWith(under) ? key.substring(under.length()) : "";
    int slash = rest.lastIndexOf('/');
    Matcher name = NAME.matcher(rest.substring(slash + 1));
    if (name.matches()) {
      try {
        LandingKey parsed =
            new LandingKey(
                topicsDir,
                name.group("topic"),
                Integer.parseInt(name.group("partition")),
                Long.parseLong(name.group("position")),
                name.group("ext"));
        if (parsed.key().equals(key)) {
          return parsed;
        }
      } catch (NumberFormatException tooLarge) {
        throw notLanded(topicsDir, key);
      }
    }
    throw notLanded(topicsDir, key);
  }

  private static IllegalArgumentException notLanded(String topicsDir, String key) {
    return new IllegalArgumentException(
        "'"
            + key
            + "' is not the key of a landed object; expected "
            + (topicsDir.isEmpty() ? "" : topicsDir + "/")
            + "<topic>/partition=<p>/<topic>+<p>+<position, 20 digits>.<ext>");
  }
}
