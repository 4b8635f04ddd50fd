package io.freshet.connect.s3;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * What happens when something is not as it should be.
 *
 * @param onNull what becomes of a record without a value
 * @param failOnMissing whether records that Kafka lost before they were landed fail the task
 * @param retryBackoff wait before Connect delivers a batch again
 * @param tolerateAll the framework's {@code errors.tolerance=all}
 * @param kafkaClient settings of the client that asks for a partition's first offset; empty: no
 *     such question is asked
 */
record ErrorOptions(
    NullValues onNull,
    boolean failOnMissing,
    Duration retryBackoff,
    boolean tolerateAll,
    Map<String, Object> kafkaClient) {

  static final String NULL_VALUES = "behavior.on.null.values";
  static final String MISSING_OFFSETS = "on.missing.offsets";
  static final String RETRY_BACKOFF = "retry.backoff.ms";
  static final String KAFKA_PREFIX = "kafka.";
  static final String KAFKA_BOOTSTRAP = KAFKA_PREFIX + "bootstrap.servers";

  private static final String GROUP = "Errors";

  static void define(ConfigDef def) {
    int order = 0;
    def.define(
        NULL_VALUES,
        Type.STRING,
        "ignore",
        Checks.oneOf(Arrays.stream(NullValues.values()).map(NullValues::propertyValue).toList()),
        Importance.LOW,
        "What becomes of a record without a value (a tombstone): it is passed over, fails the task,"
            + " or is landed as a row whose columns are null but for its key; for the latter every"
            + " column of a landed value is nullable, and the key must be landed too ("
            + RecordPartOptions.STORE_KEYS
            + ").",
        GROUP,
        ++order,
        Width.SHORT,
        NULL_VALUES);
    def.define(
        MISSING_OFFSETS,
        Type.STRING,
        "fail",
        Checks.oneOf(List.of("fail", "continue")),
        Importance.MEDIUM,
        "What happens when Kafka no longer has the records that follow the landed ones: the topic"
            + " was recreated, or (seen only with "
            + KAFKA_BOOTSTRAP
            + ") its retention was"
            + " shorter than the connector's downtime.",
        GROUP,
        ++order,
        Width.SHORT,
        MISSING_OFFSETS);
    def.define(
        RETRY_BACKOFF,
        Type.LONG,
        1_000L,
        ConfigDef.Range.atLeast(1),
        Importance.LOW,
        "Milliseconds before a batch is tried again after S3 or the registry failed for a while.",
        GROUP,
        ++order,
        Width.SHORT,
        RETRY_BACKOFF);
    def.define(
        KAFKA_BOOTSTRAP,
        Type.STRING,
        null,
        Checks.notBlank(),
        Importance.MEDIUM,
        "Brokers to ask for a partition's first offset when records seem to be missing: a gap left"
            + " by transaction markers or compaction looks the same to a consumer as one that"
            + " retention left. Other client settings (kafka.security.protocol ...) with the same"
            + " prefix. Default: retention's gaps are not told apart and never fail the task.",
        GROUP,
        ++order,
        Width.MEDIUM,
        KAFKA_BOOTSTRAP);
  }

  static ErrorOptions from(AbstractConfig config) {
    Map<String, Object> client = config.originalsWithPrefix(KAFKA_PREFIX);
    return new ErrorOptions(
        NullValues.of(config.getString(NULL_VALUES)),
        "fail".equalsIgnoreCase(config.getString(MISSING_OFFSETS)),
        Duration.ofMillis(config.getLong(RETRY_BACKOFF)),
        "all".equalsIgnoreCase(String.valueOf(config.originals().get("errors.tolerance"))),
        config.getString(KAFKA_BOOTSTRAP) == null
            ? Map.of()
            : client.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
  }
}
