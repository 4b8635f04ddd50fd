package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.TestRegistry;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3SinkConnectorTest {
  private static TestS3 s3;
  private static TestRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    s3 = new TestS3();
    registry = new TestRegistry();
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
    registry.close();
  }

  /** The complete configuration, with some properties changed; {@code null} takes one out. */
  private static Map<String, String> properties(String... overrides) {
    Map<String, String> properties = new HashMap<>(s3.properties(registry.url()));
    properties.put("name", "sink");
    properties.put("connector.class", S3SinkConnector.class.getName());
    properties.put("topics.regex", "moma.public.(.*)");
    for (int i = 0; i < overrides.length; i += 2) {
      if (overrides[i + 1] == null) {
        properties.remove(overrides[i]);
      } else {
        properties.put(overrides[i], overrides[i + 1]);
      }
    }
    return properties;
  }

  private static Map<String, List<String>> errors(String... overrides) {
    Map<String, List<String>> errors = new TreeMap<>();
    for (ConfigValue value : new S3SinkConnector().validate(properties(overrides)).configValues()) {
      if (!value.errorMessages().isEmpty()) {
        errors.put(value.name(), value.errorMessages());
      }
    }
    return errors;
  }

  private static void assertError(
      Map<String, List<String>> errors, String property, String... parts) {
    assertThat(errors).containsOnlyKeys(property);
    assertThat(errors.get(property)).hasSize(1);
    assertThat(errors.get(property).get(0)).contains(parts).doesNotContain("\n");
  }

  @Test
  void aCompleteConfigurationIsTriedOutAndLeavesNothingBehind() {
    assertThat(errors()).isEmpty();
    assertThat(s3.keys("")).isEmpty();
  }

  @Test
  void everyPropertyOfTheFrameworkIsAccepted() {
    assertThat(
            errors(
                "tasks.max", "2",
                "key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter",
                "value.converter.some.setting", "x",
                "transforms", "a",
                "transforms.a.type", "T",
                "predicates.p.type", "P",
                "errors.tolerance", "all",
                "errors.deadletterqueue.topic.name", "dlq",
                "consumer.override.max.poll.records", "5000",
                "kafka.security.protocol", "PLAINTEXT"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "s3.bucket.nme, s3.bucket.name",
    "rotate.intervall.ms, rotate.interval.ms",
    "avro.codek, avro.codec",
    "flushsize, flush.size",
    "topic.regex, topics.regex"
  })
  void anUnknownPropertyIsRefusedWithTheNearestName(String unknown, String nearest) {
    assertError(
        errors(unknown, "1"),
        unknown,
        "unknown property '" + unknown + "'; did you mean '" + nearest + "'?");
  }

  @Test
  void aMissingBucketIsNamed() {
    assertError(
        errors("s3.bucket.name", "no-such-bucket"),
        "s3.bucket.name",
        "bucket 'no-such-bucket' at " + s3.endpoint() + " does not exist; create it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"not a bucket", "arn:aws:s3:nowhere", "UPPER_CASE"})
  void aNameThatNoBucketHasIsNamed(String bucket) {
    assertError(errors("s3.bucket.name", bucket), "s3.bucket.name", "bucket '" + bucket + "'");
  }

  @Test
  void deniedAccessIsNamedWithoutTheSecret() {
    Map<String, List<String>> errors = errors("aws.secret.access.key", "wrongsecret");
    assertError(errors, "aws.secret.access.key", "does not accept the secret key");
    assertThat(errors.toString()).doesNotContain("wrongsecret");
  }

  @Test
  void anUnreachableStoreIsNamed() throws Exception {
    assertError(
        errors("store.url", "http://127.0.0.1:" + freePort()),
        "store.url",
        "can't reach http://127");
  }

  @Test
  void anUnreachableRegistryIsNamed() throws Exception {
    assertError(
        errors("registry.url", "http://127.0.0.1:" + freePort()),
        "registry.url",
        "can't be reached (ConnectException)");
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "s3.part.size, 1000",
    "avro.codec, lzma",
    "registry.id, schema-id",
    "registry.url, registry:8081",
    "store.url, 127.0.0.1:9000",
    "topics.dir, /topics",
    "behavior.on.null.values, drop",
    "on.missing.offsets, skip",
    "flush.size, many"
  })
  void anInvalidValueIsNamed(String property, String value) {
    assertError(errors(property, value), property, value, property);
  }

  @Test
  void aMissingPropertyIsNamed() {
    assertError(errors("s3.bucket.name", null), "s3.bucket.name", "s3.bucket.name");
  }

  @Test
  void theRegistryIsNeededForBytesAlone() {
    assertError(
        errors(
            "registry.url",
            null,
            "value.converter",
            "org.apache.kafka.connect.converters.ByteArrayConverter"),
        "registry.url",
        "registry.url is missing, which messages that come as bytes");
    assertThat(errors("registry.url", null)).isEmpty();
    assertThat(
            errors(
                "registry.url",
                null,
                "format.class",
                "bytes",
                "value.converter",
                "org.apache.kafka.connect.converters.ByteArrayConverter"))
        .isEmpty();
  }

  @Test
  void anUnknownCompatibilityIsNamed() {
    assertError(
        errors("schema.compatibility", "SIDEWARD"),
        "schema.compatibility",
        "SIDEWARD",
        "use NONE, BACKWARD, FORWARD or FULL");
    assertThat(errors("schema.compatibility", "FULL_TRANSITIVE")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "partitioner.class|com.example.OwnPartitioner|partitioner.class|use one of default, field, time",
        "partitioner.class|field|partition.field.name|needs the names of one or more fields",
        "partitioner.class|TimeBasedPartitioner|partition.duration.ms|needs a positive number",
        "partitioner.class|field;partition.field.name|a,.b|partition.field.name|names of one or more",
        "timestamp.extractor|com.example.Own|timestamp.extractor|use one of Wallclock, Record, Recor",
        "partitioner.class|time;partition.duration.ms|1000|path.format|must not be empty",
        "partitioner.class|time;partition.duration.ms|1000;path.format|YYYY/uu|path.format|letter u",
        "partitioner.class|daily;timestamp.field|a..b|timestamp.field|is no field's name"
      })
  void aPartitionersPropertiesAreCheckedTogether(String row) {
    List<String> parts = List.of(row.split("[|;]"));
    String[] properties = parts.subList(0, parts.size() - 2).toArray(String[]::new);
    String property = parts.get(parts.size() - 2);
    assertError(errors(properties), property, parts.get(parts.size() - 1));
  }

  @ParameterizedTest
  @CsvSource({
    "io.confluent.connect.storage.partitioner.DefaultPartitioner",
    "FieldPartitioner",
    "TimeBasedPartitioner",
    "io.confluent.connect.storage.partitioner.TimeBasedPartitioner",
    "time",
    "HourlyPartitioner",
    "DailyPartitioner",
    "hourly"
  })
  void confluentsPartitionersAreKnown(String name) {
    assertThat(
            errors(
                "partitioner.class", name,
                "partition.field.name", "a,b.c",
                "partition.duration.ms", "3600000",
                "path.format", "'year'=YYYY/'month'=MM",
                "locale", "US",
                "timezone", "America/Los_Angeles",
                "timestamp.extractor", "RecordField",
                "timestamp.field", "source.ts_ms"))
        .isEmpty();
  }

  @Test
  void whatAPartitionerHasNoUseForIsSaid() {
    assertThat(
            UnusedProperties.messages(
                Map.of(
                    "partitioner.class", "HourlyPartitioner",
                    "path.format", "YYYY",
                    "partition.field.name", "a",
                    "locale", "en")))
        .containsExactly(
            "partition.field.name=a is not used: the hourly partitioner reads no fields for its"
                + " paths",
            "path.format=YYYY is not used: the hourly partitioner has its own");
  }

  @Test
  void featuresOfConfluentsSinkThatAreOffAreAccepted() {
    assertThat(
            errors(
                "s3.ssea.name",
                "",
                "s3.wan.mode",
                "false",
                "s3.proxy.url",
                "",
                "s3.compression.type",
                "none",
                "parquet.codec",
                "none"))
        .isEmpty();
  }

  @Test
  void tombstonesWithoutKeysAreRefusedWithTheFix() {
    assertError(
        errors("behavior.on.null.values", "write"),
        "behavior.on.null.values",
        "a row without a value says nothing without its key",
        "set store.kafka.keys=true");
    assertThat(errors("behavior.on.null.values", "write", "store.kafka.keys", "true")).isEmpty();
    assertThatThrownBy(
            () -> new S3SinkConnector().start(properties("behavior.on.null.values", "write")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("set store.kafka.keys=true");
  }

  @Test
  void rawBytesHaveNeitherColumnsNorNulls() {
    String[] bytes = {"format.class", "bytes", "store.kafka.keys", "true"};
    assertThat(errors(bytes)).isEmpty();
    assertError(
        errors(with(bytes, "store.kafka.keys.as", "column")),
        "store.kafka.keys.as",
        "raw bytes have no columns; use file");
    assertError(
        errors(with(bytes, "behavior.on.null.values", "write")),
        "behavior.on.null.values",
        "raw bytes have no null; use ignore or fail");
    assertError(
        errors("keys.format.class", "bytes"),
        "keys.format.class",
        "use one of avro, parquet, json");
  }

  private static String[] with(String[] properties, String name, String value) {
    String[] more = Arrays.copyOf(properties, properties.length + 2);
    more[properties.length] = name;
    more[properties.length + 1] = value;
    return more;
  }

  @Test
  void aFormatWithoutFilesIsSaidToSteerNothing() {
    RecordPartOptions columns =
        S3SinkConfig.parse(properties("store.kafka.keys", "true", "store.kafka.keys.as", "column"))
            .parts();
    assertThat(columns.notUsed(Set.of("keys.format.class", "headers.format.class")))
        .containsExactly(
            "keys.format.class is not used: the column is part of the data file",
            "headers.format.class is not used: there is no such file");
    assertThat(columns.notUsed(Set.of())).isEmpty();
  }

  @Test
  void confluentsPropertiesOfKeysAndHeadersAreAccepted() {
    assertThat(
            errors(
                "store.kafka.keys", "true",
                "store.kafka.headers", "true",
                "keys.format.class", "io.confluent.connect.s3.format.avro.AvroFormat",
                "headers.format.class", "io.confluent.connect.s3.format.avro.AvroFormat",
                "tombstone.encoded.partition", "tombstone"))
        .isEmpty();
    assertError(errors("store.kafka.keys.as", "row"), "store.kafka.keys.as", "row", "column");
  }

  @Test
  void anUnknownTimeZoneIsNamed() {
    assertError(errors("timezone", "Mars/Olympus"), "timezone", "Mars/Olympus", "Europe/Berlin");
  }

  @Test
  void halfOfTheCredentialsIsRefused() {
    assertError(
        errors("aws.secret.access.key", null),
        "aws.secret.access.key",
        "aws.secret.access.key is missing; set both halves");
    assertThatThrownBy(() -> new S3SinkConnector().start(properties("aws.access.key.id", null)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("aws.access.key.id is missing");
  }

  @Test
  void theSecretIsNoPartOfAText() {
    assertThat(S3SinkConfig.parse(properties()).toString())
        .contains(TestS3.ACCESS_KEY)
        .doesNotContain(TestS3.SECRET_KEY);
  }

  @Test
  void everyTaskGetsTheWholeConfiguration() {
    S3SinkConnector connector = new S3SinkConnector();
    connector.start(properties());
    assertThat(connector.taskConfigs(3))
        .hasSize(3)
        .allSatisfy(p -> assertThat(p).isEqualTo(properties()));
    assertThat(connector.taskClass()).isEqualTo(S3SinkTask.class);
  }

  @Test
  void theGroupsOffsetsCantBeSetButDeleted() {
    TopicPartition partition = new TopicPartition("moma", 0);
    S3SinkConnector connector = new S3SinkConnector();
    assertThatThrownBy(() -> connector.alterOffsets(properties(), Map.of(partition, 5L)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("goes on where the landing log in S3 ends");
    Map<TopicPartition, Long> deleted = new HashMap<>();
    deleted.put(partition, null);
    assertThat(connector.alterOffsets(properties(), deleted)).isTrue();
  }

  @Test
  void theVersionComesFromTheBuild() throws Exception {
    Properties build = new Properties();
    build.load(S3SinkConnector.class.getResourceAsStream("version.properties"));
    assertThat(new S3SinkConnector().version())
        .isEqualTo(build.getProperty("version"))
        .isEqualTo(new S3SinkTask().version())
        .matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void theServiceFileNamesTheConnector() {
    assertThat(ServiceLoader.load(SinkConnector.class).stream().map(ServiceLoader.Provider::type))
        .contains(S3SinkConnector.class);
  }
}
