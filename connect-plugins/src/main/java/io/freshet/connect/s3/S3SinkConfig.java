package io.freshet.connect.s3;

import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The connector's properties, in groups. */
record S3SinkConfig(
    StoreOptions store,
    RotationOptions rotation,
    AvroOptions avro,
    ErrorOptions errors,
    LayoutOptions layout,
    BufferOptions buffers,
    FormatOptions format,
    RecordPartOptions parts) {

  static ConfigDef definition() {
    ConfigDef def = new ConfigDef();
    StoreOptions.define(def);
    RotationOptions.define(def);
    AvroOptions.define(def);
    ErrorOptions.define(def);
    LayoutOptions.define(def);
    RecordPartOptions.define(def);
    BufferOptions.define(def);
    FormatOptions.define(def);
    PathOptions.define(def);
    UnusedProperties.define(def);
    return def;
  }

  /**
   * @throws org.apache.kafka.common.config.ConfigException if a property is missing or invalid
   */
  static S3SinkConfig parse(Map<String, String> properties) {
    AbstractConfig config = new AbstractConfig(definition(), properties, false);
    ErrorOptions errors = ErrorOptions.from(config);
    FormatOptions format = FormatOptions.from(config);
    RecordPartOptions parts = RecordPartOptions.from(config);
    parts.check(format.kind(), errors.onNull());
    return new S3SinkConfig(
        StoreOptions.from(config),
        RotationOptions.from(config),
        AvroOptions.from(config),
        errors,
        LayoutOptions.from(config),
        BufferOptions.from(config),
        format,
        parts);
  }
}
