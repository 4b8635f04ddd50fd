package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A museum's pipeline as it is written for Confluent's S3 sink, with {@code connector.class}
 * changed, from PostgreSQL through Debezium and Apicurio's converter into the landing log.
 */
class ConfluentConfigIT {
  private static final String SINK =
      """
      {
        "connector.class": "io.freshet.connect.s3.S3SinkConnector",
        "tasks.max": "1",
        "topics.regex": "confluent.public.(.*)",
        "s3.region": "us-east-1",
        "s3.part.size": "5242880",
        "flush.size": "10000",
        "rotate.schedule.interval.ms": "60000",
        "timezone": "UTC",
        "storage.class": "io.confluent.connect.s3.storage.S3Storage",
        "format.class": "io.confluent.connect.s3.format.avro.AvroFormat",
        "partitioner.class": "io.confluent.connect.storage.partitioner.DefaultPartitioner",
        "schema.compatibility": "NONE",
        "behavior.on.null.values": "ignore",
        "key.converter": "io.apicurio.registry.utils.converter.AvroConverter",
        "key.converter.apicurio.registry.url": "${env:FRESHET_REGISTRY_URL}/apis/registry/v2",
        "key.converter.apicurio.registry.headers.enabled": "false",
        "key.converter.apicurio.registry.as-confluent": "true",
        "key.converter.apicurio.registry.use-id": "contentId",
        "value.converter": "io.apicurio.registry.utils.converter.AvroConverter",
        "value.converter.apicurio.registry.url": "${env:FRESHET_REGISTRY_URL}/apis/registry/v2",
        "value.converter.apicurio.registry.headers.enabled": "false",
        "value.converter.apicurio.registry.as-confluent": "true",
        "value.converter.apicurio.registry.use-id": "contentId"
      }
      """;

  /** Where this stack is; any pipeline says it of its own. */
  private static final Map<String, String> HERE =
      Map.of(
          "s3.bucket.name", "${env:FRESHET_S3_BUCKET}",
          "store.url", "${env:FRESHET_S3_ENDPOINT}",
          "consumer.override.auto.offset.reset", "earliest",
          "consumer.override.metadata.max.age.ms", "1000");

  private static final String TOPIC = "confluent.public.works";

  private static final int FLUSH_SIZE = 10_000;

  /** The first file is full, the second one is due by the clock. */
  private static final int ROWS = FLUSH_SIZE + 2_000;

  private final EmbeddedPipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  @Test
  void landsTheSourcesRows() throws Exception {
    pipeline.execute(
        "create table works (id int primary key, title text not null, note text, price numeric(10,2),"
            + " acquired date, loaned boolean)",
        "insert into works select i, 'Work ' || i, case when i % 3 = 0 then 'note ' || i end,"
            + " case when i % 5 > 0 then i / 100.0 end, date '1999-12-25' + i % 400, i % 2 = 0"
            + " from generate_series(1, "
            + ROWS
            + ") i",
        "insert into works values (0, 'No', null, null, null, null)");
    connectors.run("apply", source(), sink());
    try (LandedTopic landed = new LandedTopic(pipeline, "topics")) {
      Awaitility.await("the first full file")
          .atMost(Duration.ofSeconds(90))
          .ignoreExceptions()
          .until(() -> landed.next(TOPIC, 0) >= FLUSH_SIZE);
      pipeline.execute(
          "update works set price = price + 0.01, note = null where id % 1000 = 5",
          "delete from works where id % 1000 = 7",
          "insert into works values (-1, 'Last', 'of all', -12345678.90, '1890-07-29', true)");
      Awaitility.await("the rest, at the next full minute")
          .atMost(Duration.ofSeconds(120))
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .until(() -> current(landed.rows(TOPIC, 0)).containsKey(-1));
      List<GenericRecord> rows = landed.rows(TOPIC, 0);
      assertThat(rows).extracting(LandedTopic::offset).doesNotHaveDuplicates().isSorted();
      List<String> expected =
          Rows.ofPostgres(
              pipeline, "works", List.of("id", "title", "note", "price", "acquired", "loaned"));
      assertThat(current(rows).values().stream().sorted().toList())
          .isEqualTo(expected.stream().sorted().toList());
    } finally {
      connectors.run("delete", "confluent-source", "confluent-sink");
    }
  }

  private Path source() throws Exception {
    Map<String, String> changes = new HashMap<>(Connectors.FLATTENED);
    changes.put("topic.prefix", "confluent");
    changes.put("table.include.list", "public.works");
    changes.put("slot.name", "confluent");
    changes.put("publication.name", "confluent");
    return connectors.variant("moma-postgres-source", "confluent-source", changes);
  }

  private Path sink() throws Exception {
    ObjectNode config = (ObjectNode) Connectors.JSON.readTree(SINK);
    HERE.forEach(config::put);
    Path file = pipeline.folder().resolve("confluent-sink.json");
    Files.writeString(file, config.toPrettyString());
    return file;
  }

  /** What the rows of the log come to, as PostgreSQL writes its values. */
  private static Map<Integer, String> current(List<GenericRecord> rows) {
    Map<Integer, String> current = new HashMap<>();
    for (GenericRecord row : rows) {
      int id = (int) row.get("id");
      if ("true".equals(String.valueOf(row.get("__deleted")))) {
        current.remove(id);
      } else {
        Object acquired = row.get("acquired");
        BigDecimal price = (BigDecimal) row.get("price");
        current.put(
            id,
            "%d|%s|%s|%s|%s|%s"
                .formatted(
                    id,
                    row.get("title"),
                    row.get("note"),
                    price == null ? null : price.toPlainString(),
                    acquired == null ? null : LocalDate.ofEpochDay((int) acquired),
                    row.get("loaned")));
      }
    }
    return current;
  }
}
