package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.schemas.ChangeColumns;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The landing log, read as its contract says, by nothing of the sink's own. */
final class LandedTopic implements AutoCloseable {
  private static final GenericData MODEL = new GenericData();

  static {
    MODEL.addLogicalTypeConversion(new Conversions.DecimalConversion());
  }

  private final S3Client s3;
  private final String bucket;
  private final String topicsDir;

  LandedTopic(Pipeline pipeline, String topicsDir) {
    this.s3 = PipelineStore.client(pipeline);
    this.bucket = pipeline.env("FRESHET_S3_BUCKET");
    this.topicsDir = topicsDir;
  }

  /** The position that the log of a partition has reached; 0 if nothing is landed. */
  long next(String topic, int partition) {
    List<String> keys = keys(topic, partition);
    if (keys.isEmpty()) {
      return 0;
    }
    String last = keys.get(keys.size() - 1);
    Map<String, String> pairs = s3.headObject(r -> r.bucket(bucket).key(last)).metadata();
    return LandingMetadata.parse(pairs, last).next();
  }

  private List<String> keys(String topic, int partition) {
    String prefix = LandingKey.prefix(topicsDir, topic, partition);
    return s3.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix)).contents().stream()
        .map(S3Object::key)
        .filter(key -> key.endsWith(".avro") || key.endsWith(".parquet"))
        .toList();
  }

  /** Writes the one file of a partition to a folder of its own in this one. */
  Path download(String topic, int partition, Path folder) throws IOException {
    List<Path> files = downloadAll(topic, partition, Files.createTempDirectory(folder, "landed-"));
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  /** Writes the files of a partition to a folder, under their own names; in the log's order. */
  List<Path> downloadAll(String topic, int partition, Path folder) {
    List<Path> files = new ArrayList<>();
    for (String key : keys(topic, partition)) {
      Path file = folder.resolve(key.substring(key.lastIndexOf('/') + 1));
      s3.getObject(r -> r.bucket(bucket).key(key), file);
      files.add(file);
    }
    return files;
  }

  /**
   * All rows of a partition in the order of the log. Asserts that its chain of files has no gap and
   * no overlap, and that each file holds the rows that it says, at offsets of its own.
   */
  List<GenericRecord> rows(String topic, int partition) throws IOException {
    List<GenericRecord> rows = new ArrayList<>();
    long expected = -1;
    for (String key : keys(topic, partition)) {
      long position = LandingKey.parse(topicsDir, key).position();
      try (ResponseInputStream<GetObjectResponse> object =
              s3.getObject(r -> r.bucket(bucket).key(key));
          DataFileStream<GenericRecord> file =
              new DataFileStream<>(object, new GenericDatumReader<>(null, null, MODEL))) {
        LandingMetadata metadata = LandingMetadata.parse(object.response().metadata(), key);
        assertThat(file.getMetaString(LandingMetadata.NEXT))
            .as("next in the header of %s", key)
            .isEqualTo(Long.toString(metadata.next()));
        if (expected >= 0) {
          assertThat(position).as("position of %s", key).isEqualTo(expected);
        }
        int before = rows.size();
        file.forEach(rows::add);
        assertThat(rows.size() - before).as("rows of %s", key).isEqualTo((int) metadata.records());
        for (GenericRecord row : rows.subList(before, rows.size())) {
          assertThat(offset(row))
              .as("an offset in %s", key)
              .isBetween(position, metadata.next() - 1);
        }
        expected = metadata.next();
      }
    }
    return rows;
  }

  static long offset(GenericRecord row) {
    return (long) row.get(ChangeColumns.OFFSET);
  }

  @Override
  public void close() {
    s3.close();
  }
}
