package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatOptionsTest {
  private static FormatOptions parse(String... pairs) {
    Map<String, String> properties = new HashMap<>(Map.of("s3.bucket.name", "lake"));
    for (int i = 0; i < pairs.length; i += 2) {
      properties.put(pairs[i], pairs[i + 1]);
    }
    return S3SinkConfig.parse(properties).format();
  }

  @ParameterizedTest
  @CsvSource({
    "avro, AVRO",
    "AvroFormat, AVRO",
    "io.confluent.connect.s3.format.avro.AvroFormat, AVRO",
    "parquet, PARQUET",
    "ParquetFormat, PARQUET",
    "io.confluent.connect.s3.format.parquet.ParquetFormat, PARQUET",
    "JSON, JSON",
    "JsonFormat, JSON",
    "io.confluent.connect.s3.format.json.JsonFormat, JSON",
    "bytes, BYTES",
    "ByteArrayFormat, BYTES",
    "io.confluent.connect.s3.format.bytearray.ByteArrayFormat, BYTES"
  })
  void shortNamesAndConfluentsMeanTheSame(String name, FormatOptions.Kind kind) {
    assertThat(parse("format.class", name).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({"orc", "com.example.JsonFormat", "avro.AvroFormat"})
  void anUnknownFormatIsRefusedWithTheList(String name) {
    assertThatThrownBy(() -> parse("format.class", name))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("is no format; use one of avro, parquet, json, bytes, or");
  }

  @ParameterizedTest
  @CsvSource({"../x", "a..b", "UPPER", "x+y"})
  void anExtensionThatCantEndANameIsRefused(String extension) {
    assertThatThrownBy(() -> parse("format.bytearray.extension", extension))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("can't end a landed file's name");
  }

  @Test
  void compressionThatTheFormatHasNoUseForIsSaid() {
    assertThat(parse("s3.compression.type", "gzip").notUsed())
        .containsExactly(
            "s3.compression.type=gzip is not used: avro files are compressed inside, by avro.codec");
    assertThat(parse("s3.compression.type", "gzip", "format.class", "parquet").notUsed())
        .containsExactly(
            "s3.compression.type=gzip is not used: parquet files are compressed inside, by"
                + " parquet.codec");
    assertThat(parse("s3.compression.type", "gzip", "format.class", "json").notUsed()).isEmpty();
  }
}
