package io.freshet.connect.format;

import io.freshet.connect.avro.AvroCodec;
import io.freshet.connect.avro.ContainerWriter;
import io.freshet.connect.avro.LandedSchema;
import java.io.OutputStream;

/**
 * Avro object-container files.
 *
 * @param codec compression of their blocks
 * @param arrays where blocks are gathered
 */
public record AvroFormat(AvroCodec codec, ByteArrays arrays) implements FileFormat {
  @Override
  public String extension() {
    return "avro";
  }

  @Override
  public FormatWriter open(LandedSchema schema, OutputStream out) {
    return new ContainerWriter(schema, codec, out, arrays);
  }
}
