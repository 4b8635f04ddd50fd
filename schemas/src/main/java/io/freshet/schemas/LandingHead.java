package io.freshet.schemas;

/**
 * Where a partition's landing log begins since its beginning was deleted: {@code
 * <topicsDir>/<topic>/_head/<p>.json}, a JSON object with {@link #POSITION}. A log without one
 * begins where its first step does, and nothing of it was taken away.
 *
 * <p>It is written before the first step under it is deleted, so that a reader never takes what is
 * left for all that there was. What lies before it may be there in part.
 */
public final class LandingHead {
  /** Kafka offset that the first step to be read starts at, a number. */
  public static final String POSITION = "freshet-position";

  /** When it was written, in milliseconds since 1970, a number. */
  public static final String WRITTEN = "written";

  /** Name of the folder of a topic's heads. */
  public static final String FOLDER = "_head";

  private LandingHead() {}

  /**
   * Key of a partition's head.
   *
   * @param topicsDir folder of the landing log, as in {@link LandingKey}
   */
  public static String key(String topicsDir, String topic, int partition) {
    return topicPrefix(topicsDir, topic) + partition + ".json";
  }

  /** What the keys of a topic's heads begin with, the slash included. */
  public static String topicPrefix(String topicsDir, String topic) {
    return LandingKey.topicPrefix(topicsDir, topic) + FOLDER + "/";
  }
}
