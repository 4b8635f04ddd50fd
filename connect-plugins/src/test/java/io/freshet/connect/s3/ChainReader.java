package io.freshet.connect.s3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.connect.AvroMessages;
import io.freshet.schemas.LandingCommit;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads a partition's log as the contract has a reader do it, of either kind and any format. */
final class ChainReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestBucket bucket;
  private final TopicPartition partition;
  private final List<Long> offsets = new ArrayList<>();
  private long end = -1;

  private ChainReader(TestBucket bucket, TopicPartition partition) {
    this.bucket = bucket;
    this.partition = partition;
  }

  /** Offsets of all rows, in the log's order; within one step of several files in their own. */
  static List<Long> offsets(TestBucket bucket, TopicPartition partition, boolean commits) {
    ChainReader reader = new ChainReader(bucket, partition);
    if (commits) {
      reader.readCommits();
    } else {
      reader.readFiles();
    }
    return reader.offsets;
  }

  /** What the keys of a partition's steps begin with. */
  static String prefix(TopicPartition partition, boolean commits) {
    return commits
        ? LandingCommit.prefix("topics", partition.topic(), partition.partition())
        : LandingKey.prefix("topics", partition.topic(), partition.partition());
  }

  private void readFiles() {
    for (String key : bucket.keys(prefix(partition, false))) {
      long position = LandingKey.parse("topics", key).position();
      LandingMetadata metadata = step(key, position);
      offsets.addAll(rows(key, position, metadata));
    }
  }

  private void readCommits() {
    for (String key : bucket.keys(prefix(partition, true))) {
      long position = LandingCommit.position("topics", key);
      LandingMetadata metadata = step(key, position);
      JsonNode commit = parse(bucket.read(key));
      List<Long> together = new ArrayList<>();
      for (JsonNode file : commit.path(LandingCommit.FILES)) {
        String data = file.path(LandingCommit.FILE_KEY).asText();
        check(
            bucket.read(data).length == file.path(LandingCommit.FILE_BYTES).asLong(),
            data + " is not as long as its commit says");
        List<Long> rows =
            rows(data, position, LandingMetadata.parse(bucket.metadataOf(data), data));
        check(
            rows.size() == file.path(LandingMetadata.RECORDS).asLong(),
            data + " has other records than its commit says");
        together.addAll(rows);
      }
      check(together.size() == metadata.records(), key + " and its files disagree");
      together.sort(null);
      offsets.addAll(together);
    }
  }

  private LandingMetadata step(String key, long position) {
    LandingMetadata metadata = LandingMetadata.parse(bucket.metadataOf(key), key);
    check(end < 0 || position == end, "the chain ended at " + end + ", but then comes " + key);
    check(metadata.next() > position, key + " ends where it begins");
    end = metadata.next();
    return metadata;
  }

  private List<Long> rows(String key, long position, LandingMetadata metadata) {
    List<Long> rows = new ArrayList<>();
    if (key.endsWith(".json")) {
      for (String line : new String(bucket.read(key), StandardCharsets.UTF_8).split("\n")) {
        JsonNode row = parse(line.getBytes(StandardCharsets.UTF_8));
        rows.add(row(key, row.path("__offset").asLong(-1), row.path("id").asLong(-1)));
      }
    } else {
      for (GenericRecord row : AvroMessages.readFile(bucket.read(key))) {
        rows.add(row(key, (long) row.get("__offset"), ((Number) row.get("id")).longValue()));
      }
    }
    check(rows.size() == metadata.records(), key + " has not as many records as it says");
    check(
        rows.stream().allMatch(offset -> offset >= position && offset < metadata.next()),
        key + " holds records from outside of it: " + rows);
    return rows;
  }

  private static long row(String key, long offset, long id) {
    check(offset == id, key + ": the row of offset " + offset + " is that of " + id);
    return offset;
  }

  private static JsonNode parse(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
