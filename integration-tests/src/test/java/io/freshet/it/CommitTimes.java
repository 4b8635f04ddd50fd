package io.freshet.it;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * When commits of Hudi tables became visible: their completion times, as the names of the
 * timeline's files have them ({@code <requested>_<completed>.<action>}).
 */
final class CommitTimes implements AutoCloseable {
  private static final Pattern COMPLETED =
      Pattern.compile(".*/(\\d{17})_(\\d{17})\\.(?:delta)?commit");
  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSS").withZone(ZoneId.systemDefault());

  private final S3Client s3;
  private final String bucket;
  private final Map<String, Instant> completed = new ConcurrentSkipListMap<>();

  CommitTimes(Pipeline pipeline) {
    this.s3 = PipelineStore.client(pipeline);
    this.bucket = pipeline.env("FRESHET_S3_BUCKET");
  }

  /**
   * Takes notice of the commits that a table's active timeline has: they are archived in time.
   *
   * @param table database and table
   */
  void look(String table) {
    String prefix = "warehouse/" + table.replace('.', '/') + "/.hoodie/timeline/";
    s3.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix).delimiter("/"))
        .contents()
        .forEach(
            object -> {
              Matcher name = COMPLETED.matcher(object.key());
              if (name.matches()) {
                completed.put(table + name.group(1), at(name.group(2)));
              }
            });
  }

  private static Instant at(String instant) {
    return LocalDateTime.parse(instant, INSTANT).atZone(INSTANT.getZone()).toInstant();
  }

  /**
   * When a commit was completed.
   *
   * @param table database and table
   * @param requested the commit as its rows name it, {@code _hoodie_commit_time}
   */
  Instant completed(String table, String requested) {
    Instant at = completed.get(table + requested);
    if (at == null) {
      throw new IllegalStateException("commit " + requested + " of " + table + " was not seen");
    }
    return at;
  }

  @Override
  public void close() {
    s3.close();
  }
}
