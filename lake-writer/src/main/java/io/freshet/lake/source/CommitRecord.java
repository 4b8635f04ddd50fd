package io.freshet.lake.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import io.freshet.schemas.LandingCommit;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Reads a commit record: one step of a partition's log whose messages are spread over several
 * files. Each of them is given the step's start and end, since all are read or none.
 */
final class CommitRecord {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EXTENSION = ".avro";

  private final String topicsDir;
  private final String topic;
  private final int partition;
  private final String path;
  private final JsonNode record;

  private CommitRecord(
      String topicsDir, String topic, int partition, String path, JsonNode record) {
    this.topicsDir = topicsDir;
    this.topic = topic;
    this.partition = partition;
    this.path = path;
    this.record = record;
  }

  /**
   * The data files that a record lists.
   *
   * @param key the record's own key
   * @param bytes its content
   * @param paths from a key to the path that Hadoop's file systems know it by
   * @throws LakeException if it is no commit record of that partition, or lists a file that is not
   *     Avro
   */
  static List<LandedFile> files(
      String topicsDir,
      String topic,
      int partition,
      String key,
      byte[] bytes,
      UnaryOperator<String> paths) {
    String path = paths.apply(key);
    CommitRecord commit = new CommitRecord(topicsDir, topic, partition, path, parse(path, bytes));
    List<LandedFile> files = new ArrayList<>();
    for (JsonNode file : commit.record.path(LandingCommit.FILES)) {
      String kind = file.path(LandingCommit.FILE_KIND).asText(LandingCommit.KIND_DATA);
      if (kind.equals(LandingCommit.KIND_DATA)) {
        files.add(commit.file(key, file, paths));
      }
    }
    if (files.isEmpty()) {
      throw commit.malformed("it lists no data file");
    }
    return files;
  }

  /**
   * Keys of all files that a record lists, of whatever kind.
   *
   * @param path the record's own, for errors
   */
  static List<String> keys(
      String topicsDir, String topic, int partition, String path, byte[] bytes) {
    CommitRecord commit = new CommitRecord(topicsDir, topic, partition, path, parse(path, bytes));
    List<String> keys = new ArrayList<>();
    for (JsonNode file : commit.record.path(LandingCommit.FILES)) {
      keys.add(commit.keyHere(file.path(LandingCommit.FILE_KEY).asText()));
    }
    return keys;
  }

  private static JsonNode parse(String path, byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException notJson) {
      throw new LakeException(
          path + " is no commit record: it is not JSON; move it out of the landing log", notJson);
    }
  }

  private LandedFile file(String key, JsonNode file, UnaryOperator<String> paths) {
    String dataKey = file.path(LandingCommit.FILE_KEY).asText();
    if (!dataKey.endsWith(EXTENSION)) {
      throw malformed(
          "it lists '%s', but the lake is written from Avro files; land this topic with format.class=avro, in another topics.dir"
              .formatted(dataKey));
    }
    LandingMetadata step = metadata(record, path);
    long position = record.path(LandingCommit.POSITION).asLong(-1);
    if (position != LandingCommit.position(topicsDir, key)) {
      throw malformed("it says that it starts at position %d".formatted(position));
    }
    LandingMetadata metadata = metadata(file, dataKey);
    return new LandedFile(
        topic,
        partition,
        position,
        step.next(),
        metadata.records(),
        metadata.schemaId(),
        paths.apply(keyHere(dataKey)),
        file.path(LandingCommit.FILE_BYTES).asLong());
  }

  /** A log that was copied elsewhere still has its records' keys from where it was written. */
  private String keyHere(String key) {
    String prefix = LandingKey.topicPrefix(topicsDir, topic);
    if (key.startsWith(prefix)) {
      return key;
    }
    int folder = ("/" + key).indexOf("/" + topic + "/");
    if (folder < 0) {
      throw malformed("it lists '%s', which is no file of its topic".formatted(key));
    }
    return prefix + key.substring(folder + topic.length() + 1);
  }

  private LandingMetadata metadata(JsonNode pairs, String object) {
    Map<String, String> texts = new HashMap<>();
    pairs.fields().forEachRemaining(pair -> texts.put(pair.getKey(), pair.getValue().asText()));
    try {
      return LandingMetadata.parse(texts, object);
    } catch (IllegalArgumentException incomplete) {
      throw malformed(incomplete.getMessage());
    }
  }

  private LakeException malformed(String reason) {
    return new LakeException(
        "%s is no commit record that can be followed: %s".formatted(path, reason));
  }
}
