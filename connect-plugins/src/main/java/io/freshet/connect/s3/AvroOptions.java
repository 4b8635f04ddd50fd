package io.freshet.connect.s3;

import io.freshet.connect.avro.AvroCodec;
import io.freshet.connect.avro.IdFormat;
import io.freshet.connect.avro.SchemaRegistry;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * How messages are read and files written.
 *
 * @param registryUrl address of the schema registry; absent: no value may come as bytes
 * @param idFormat what stands before a message's body
 * @param codec compression of the files' blocks
 * @param validate whether each message's body is checked against its schema
 */
record AvroOptions(
    Optional<String> registryUrl, IdFormat idFormat, AvroCodec codec, boolean validate) {
  static final String REGISTRY_URL = "registry.url";
  static final String ID_FORMAT = "registry.id";
  static final String CODEC = "avro.codec";
  static final String VALIDATE = "avro.validate";

  private static final String GROUP = "Format";

  static void define(ConfigDef def) {
    int order = 0;
    def.define(
        REGISTRY_URL,
        Type.STRING,
        null,
        Checks.that("registry URL", SchemaRegistry::new),
        Importance.HIGH,
        "Apicurio Registry's base URL such as http://127.0.0.1:8081, or the full URL of its"
            + " Confluent-compatible API. Needed for values that come as bytes"
            + " (ByteArrayConverter), which are landed without decoding them.",
        GROUP,
        ++order,
        Width.MEDIUM,
        REGISTRY_URL);
    def.define(
        ID_FORMAT,
        Type.STRING,
        IdFormat.CONTENT_ID_4.propertyValue(),
        Checks.oneOf(Arrays.stream(IdFormat.values()).map(IdFormat::propertyValue).toList()),
        Importance.MEDIUM,
        "What follows the zero byte at a message's start: which of the registry's ids, in how many"
            + " bytes. A message with the id in its headers needs no setting.",
        GROUP,
        ++order,
        Width.SHORT,
        ID_FORMAT);
    def.define(
        CODEC,
        Type.STRING,
        AvroCodec.NULL.propertyValue(),
        Checks.oneOf(Arrays.stream(AvroCodec.values()).map(AvroCodec::propertyValue).toList()),
        Importance.MEDIUM,
        "Compression of the Avro files' blocks.",
        GROUP,
        ++order,
        Width.SHORT,
        CODEC);
    def.define(
        VALIDATE,
        Type.BOOLEAN,
        true,
        Importance.LOW,
        "Whether each message is checked to be exactly one datum of its schema before it is"
            + " appended. Without the check a truncated message makes its file unreadable.",
        GROUP,
        ++order,
        Width.SHORT,
        VALIDATE);
  }

  /** The same, but with messages taken on trust. */
  AvroOptions withoutValidation() {
    return new AvroOptions(registryUrl, idFormat, codec, false);
  }

  static AvroOptions from(AbstractConfig config) {
    return new AvroOptions(
        Optional.ofNullable(config.getString(REGISTRY_URL)),
        IdFormat.of(config.getString(ID_FORMAT)),
        AvroCodec.of(config.getString(CODEC)),
        config.getBoolean(VALIDATE));
  }
}
