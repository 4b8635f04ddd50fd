package io.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.connect.format.BytesFormat;
import io.freshet.connect.format.Compression;
import io.freshet.connect.format.FormatWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class GzipLinesTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static void append(FormatWriter writer, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    writer.append(new EncodedRecord(LandedSchema.none(), bytes, 0, bytes.length), 0, 0);
  }

  @Test
  void aFileThatGaveItsMemoryBackIsReadAsOne() throws IOException {
    FormatWriter writer =
        new BytesFormat("txt", "\n", new Compression(true, 1)).open(LandedSchema.none(), out);
    assertThat(writer.heapBytes()).isZero();
    append(writer, "a");
    append(writer, "b");
    assertThat(writer.heapBytes()).isGreaterThan(200_000);
    writer.shrink();
    assertThat(writer.heapBytes()).isZero();
    assertThat(writer.bytes()).isEqualTo(out.size());
    append(writer, "c");
    writer.finish(Map.of());
    assertThat(writer.bytes()).isEqualTo(out.size());
    assertThat(writer.records()).isEqualTo(3);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("a\nb\nc\n");
    }
  }
}
