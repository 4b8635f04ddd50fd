package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that a worker's sink has landed, in readers that know nothing of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignReadersIT {
  private static final String MESSAGES = "golden.messages";
  private static final String CONVERTED = "golden.converted";
  private static final List<String> FORMATS = List.of("avro", "parquet");
  private static final long FIRST_TIMESTAMP = 1_000;

  private final EmbeddedPipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);
  private GoldenRows golden;
  private GoldenRows convertible;

  @BeforeAll
  void land() throws Exception {
    golden = new GoldenRows();
    // Apicurio's converter fails on a decimal in a fixed.
    convertible = new GoldenRows("rate");
    send(MESSAGES, golden);
    send(CONVERTED, convertible);
    List<Path> sinks = new ArrayList<>();
    for (String format : FORMATS) {
      sinks.add(sink(MESSAGES, format, Map.of()));
      sinks.add(sink(CONVERTED, format, converter()));
    }
    connectors.run("apply", sinks.toArray());
    for (String format : FORMATS) {
      for (String topic : List.of(MESSAGES, CONVERTED)) {
        try (LandedTopic landed = new LandedTopic(pipeline, folder(format))) {
          Awaitility.await(topic + " as " + format)
              .atMost(Duration.ofSeconds(90))
              .ignoreExceptions()
              .until(() -> landed.next(topic, 0) == 3);
        }
      }
    }
  }

  @AfterAll
  void delete() {
    connectors.run(
        "delete",
        name(MESSAGES, "avro"),
        name(MESSAGES, "parquet"),
        name(CONVERTED, "avro"),
        name(CONVERTED, "parquet"));
  }

  private static String folder(String format) {
    return "golden-" + format;
  }

  private static String name(String topic, String format) {
    return topic.replace('.', '-') + "-" + format;
  }

  private Path sink(String topic, String format, Map<String, String> more) throws Exception {
    Map<String, String> changes = new HashMap<>(more);
    changes.put("topics.regex", topic.replace(".", "\\."));
    changes.put("topics.dir", folder(format));
    changes.put("format.class", format);
    changes.put("parquet.codec", "zstd");
    changes.put("avro.codec", "zstandard");
    changes.put("flush.size", "3");
    changes.put("rotate.interval.ms", "600000");
    changes.put("rotate.idle.ms", "-1");
    return connectors.variant("moma-s3-sink", name(topic, format), changes);
  }

  private static Map<String, String> converter() {
    Map<String, String> changes = new HashMap<>();
    changes.put("registry.url", null);
    changes.put("value.converter", "io.apicurio.registry.utils.converter.AvroConverter");
    changes.put(
        "value.converter.apicurio.registry.url", "${env:FRESHET_REGISTRY_URL}/apis/registry/v2");
    changes.put("value.converter.apicurio.registry.headers.enabled", "false");
    changes.put("value.converter.apicurio.registry.as-confluent", "true");
    changes.put("value.converter.apicurio.registry.use-id", "contentId");
    return changes;
  }

  private void send(String topic, GoldenRows rows) throws Exception {
    Map<String, Object> brokers =
        Map.of("bootstrap.servers", pipeline.env("FRESHET_KAFKA_BOOTSTRAP_SERVERS"));
    int id = register(topic, rows.schema());
    try (Admin admin = Admin.create(brokers);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(brokers, new ByteArraySerializer(), new ByteArraySerializer())) {
      admin
          .createTopics(
              Set.of(
                  new NewTopic(topic, Optional.of(1), Optional.empty())
                      // The golden rows are from 1970.
                      .configs(Map.of("retention.ms", "-1"))))
          .all()
          .get();
      long timestamp = FIRST_TIMESTAMP;
      for (byte[] message : rows.messages(id)) {
        producer.send(new ProducerRecord<>(topic, 0, timestamp++, null, message)).get();
      }
    }
  }

  private int register(String topic, Schema schema) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "%s/apis/ccompat/v7/subjects/%s-value/versions"
                                .formatted(pipeline.env("FRESHET_REGISTRY_URL"), topic)))
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            Connectors.JSON
                                .createObjectNode()
                                .put("schema", schema.toString())
                                .toString()))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Connectors.JSON.readTree(answer.body()).path("id").asInt();
  }

  private Path download(String topic, String format) throws IOException {
    try (LandedTopic landed = new LandedTopic(pipeline, folder(format))) {
      Path file = landed.download(topic, 0, pipeline.folder());
      assertThat(file.toString()).endsWith("." + format);
      return file;
    }
  }

  /** Runs a tool's main class, whose standard output is of interest. */
  private List<String> run(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfile.encoding=UTF-8",
                "-cp",
                System.getProperty("freshet.foreign.tools") + File.separator + "*"));
    command.addAll(Arrays.asList(arguments));
    Path output = Files.createTempFile(pipeline.folder(), "tool-", ".out");
    Path errors = Files.createTempFile(pipeline.folder(), "tool-", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(command.toString()).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return Files.readAllLines(output, StandardCharsets.UTF_8);
  }

  private static List<JsonNode> json(List<String> lines) {
    return lines.stream().map(GoldenRows::parse).toList();
  }

  @Test
  void avroTools() throws Exception {
    List<String> lines =
        run("org.apache.avro.tool.Main", "tojson", download(MESSAGES, "avro").toString());
    assertThat(json(lines)).isEqualTo(GoldenRows.avroJson());
  }

  @Test
  void parquetCli() throws Exception {
    Path file = download(MESSAGES, "parquet");
    // It asks for lists of two levels otherwise, and takes those of three for missing columns.
    List<String> lines =
        run(
            "org.apache.parquet.cli.Main",
            "-D",
            "parquet.avro.write-old-list-structure=false",
            "cat",
            file.toString());
    assertThat(json(lines)).isEqualTo(golden.parquetCli());
    assertThat(run("org.apache.parquet.cli.Main", "schema", "--parquet", file.toString()))
        .contains(
            "  required binary price (DECIMAL(20,2));",
            "  optional fixed_len_byte_array(8) rate (DECIMAL(18,4));",
            "  required int32 day (DATE);",
            "  required int32 time;",
            "  required int64 seen (TIMESTAMP(MILLIS,true));",
            "  required int64 touched (TIMESTAMP(MICROS,true));",
            "  required binary uuid (STRING);",
            "  required binary kind (ENUM);");
  }

  @ParameterizedTest
  @ValueSource(strings = {"avro", "parquet"})
  void sparkReadsMessages(String format) throws Exception {
    assertThat(spark(MESSAGES, format, golden.schema(), "unix_micros(touched)"))
        .isEqualTo(golden.spark());
  }

  /** A converter has no word for microseconds: they stay a number. */
  @ParameterizedTest
  @ValueSource(strings = {"avro", "parquet"})
  void sparkReadsConvertedData(String format) throws Exception {
    assertThat(spark(CONVERTED, format, convertible.schema(), "touched"))
        .isEqualTo(convertible.sparkOfConverted());
  }

  /** Dates and timestamps as numbers, since a text of them depends on the session's time zone. */
  private List<JsonNode> spark(String topic, String format, Schema schema, String touched) {
    Map<String, String> expressions =
        Map.of(
            "day", "unix_date(day)",
            "maybe_day", "unix_date(maybe_day)",
            "seen", "unix_millis(seen)",
            "maybe_seen", "unix_millis(maybe_seen)",
            "touched", touched,
            "__kafka_timestamp", "unix_millis(__kafka_timestamp)");
    List<String> names =
        new ArrayList<>(schema.getFields().stream().map(Schema.Field::name).toList());
    names.addAll(List.of("__offset", "__kafka_timestamp"));
    String columns =
        names.stream()
            .map(name -> "%s as %s".formatted(expressions.getOrDefault(name, name), name))
            .collect(Collectors.joining(", "));
    String query =
        "select to_json(struct(%s), map('ignoreNullFields', 'false')) as row from %s.`s3a://%s/%s/%s/partition=0` order by __offset"
            .formatted(columns, format, pipeline.env("FRESHET_S3_BUCKET"), folder(format), topic);
    return json(pipeline.sql().query(query).stream().map(row -> row.get("row").asText()).toList());
  }
}
