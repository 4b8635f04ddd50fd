package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.connect.AvroMessages;
import io.freshet.connect.ParquetMessages;
import io.freshet.schemas.LandingCommit;
import io.freshet.schemas.LandingMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads one partition's commit records and their Avro files back, by the contract.
 *
 * @param rows of the data files
 * @param beside rows of the files beside them, by the files' kinds
 */
record CommittedLog(
    List<Integer> filesPerCommit,
    List<String> dataKeys,
    List<GenericRecord> rows,
    Map<String, List<GenericRecord>> beside) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Asserts that the chain has no gap, and that every commit and file holds what it says. */
  static CommittedLog read(TestS3 s3, TopicPartition partition) {
    CommittedLog log =
        new CommittedLog(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
    long expected = -1;
    for (String key :
        s3.keys(LandingCommit.prefix("topics", partition.topic(), partition.partition()))) {
      long position = LandingCommit.position("topics", key);
      LandingMetadata metadata = LandingMetadata.parse(s3.metadata(key), key);
      JsonNode commit = parse(s3.read(key));
      assertThat(commit.path(LandingCommit.POSITION).asLong(-1)).isEqualTo(position);
      assertThat(commit.path(LandingMetadata.NEXT).asText())
          .isEqualTo(Long.toString(metadata.next()));
      if (expected >= 0) {
        assertThat(position).as("position of %s", key).isEqualTo(expected);
      }
      expected = metadata.next();
      int before = log.rows.size();
      for (JsonNode file : commit.path(LandingCommit.FILES)) {
        String dataKey = file.path(LandingCommit.FILE_KEY).asText();
        byte[] bytes = s3.read(dataKey);
        assertThat(file.path(LandingCommit.FILE_BYTES).asLong()).isEqualTo(bytes.length);
        List<GenericRecord> rows = rows(dataKey, bytes);
        assertThat(file.path(LandingMetadata.RECORDS).asInt()).isEqualTo(rows.size());
        assertThat(rows)
            .allSatisfy(
                row ->
                    assertThat((long) row.get("__offset"))
                        .isBetween(position, metadata.next() - 1));
        String kind = file.path(LandingCommit.FILE_KIND).asText();
        if (kind.equals(LandingCommit.KIND_DATA)) {
          log.rows.addAll(rows);
          log.dataKeys.add(dataKey);
        } else {
          log.beside.computeIfAbsent(kind, any -> new ArrayList<>()).addAll(rows);
          String of = file.path(LandingCommit.FILE_OF).asText();
          assertThat(dataKey)
              .matches(
                  Pattern.quote(of.substring(0, of.lastIndexOf('.') + 1) + kind) + "\\.[a-z]+");
          assertThat(offsets(rows))
              .as("row by row the records of %s", of)
              .isEqualTo(offsets(rows(of, s3.read(of))));
        }
      }
      assertThat(metadata.records()).isEqualTo(log.rows.size() - before);
      log.filesPerCommit.add(commit.path(LandingCommit.FILES).size());
    }
    return log;
  }

  private static List<GenericRecord> rows(String key, byte[] file) {
    return key.endsWith(".parquet") ? ParquetMessages.readFile(file) : AvroMessages.readFile(file);
  }

  private static JsonNode parse(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  private static List<Object> offsets(List<GenericRecord> rows) {
    return rows.stream().map(row -> row.get("__offset")).toList();
  }

  /** Offsets of all rows, in their order. */
  List<Long> offsets() {
    return rows.stream().map(row -> (long) row.get("__offset")).sorted().toList();
  }
}
