package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.ParquetMessages;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads one partition's landed files back and holds them against the contract. */
record LandedLog(List<LandingKey> keys, List<LandingMetadata> metadata, List<GenericRecord> rows) {

  /** Asserts that the chain has no gap, and that every file holds what it says. */
  static LandedLog read(TestS3 s3, TopicPartition partition) {
    LandedLog log = new LandedLog(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (String key :
        s3.keys(LandingKey.prefix("topics", partition.topic(), partition.partition()))) {
      LandingKey parsed = LandingKey.parse("topics", key);
      LandingMetadata metadata = LandingMetadata.parse(s3.metadata(key), key);
      List<GenericRecord> rows =
          parsed.extension().equals("parquet")
              ? ParquetMessages.readFile(s3.read(key))
              : AvroMessages.readFile(s3.read(key));
      if (!log.metadata.isEmpty()) {
        assertThat(parsed.position())
            .as("position of %s", key)
            .isEqualTo(log.metadata.get(log.metadata.size() - 1).next());
      }
      assertThat(rows).as("rows of %s", key).hasSize(Math.toIntExact(metadata.records()));
      assertThat(rows)
          .as("offsets of %s", key)
          .allSatisfy(
              row ->
                  assertThat((long) row.get("__offset"))
                      .isBetween(parsed.position(), metadata.next() - 1));
      log.keys.add(parsed);
      log.metadata.add(metadata);
      log.rows.addAll(rows);
    }
    return log;
  }

  List<Long> positions() {
    return keys.stream().map(LandingKey::position).toList();
  }

  List<Long> offsets() {
    return rows.stream().map(row -> (long) row.get("__offset")).toList();
  }
}
