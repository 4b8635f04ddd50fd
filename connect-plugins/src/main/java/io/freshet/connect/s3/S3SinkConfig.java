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
    FormatOptions format) {

  static ConfigDef definition() {
    ConfigDef def = new ConfigDef();
    StoreOptions.define(def);
    RotationOptions.define(def);
    AvroOptions.define(def);
    ErrorOptions.define(def);
    LayoutOptions.define(def);
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
    return new S3SinkConfig(
        StoreOptions.from(config),
        RotationOptions.from(config),
        AvroOptions.from(config),
        ErrorOptions.from(config),
        LayoutOptions.from(config),
        BufferOptions.from(config),
        FormatOptions.from(config));
  }
}
