package io.freshet.connect.format;

import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The values' bytes as they are, each followed by a separator. Nothing says where a record came
 * from but the file's place in the log.
 *
 * @param nameExtension file name extension without its dot, before the compression's
 * @param separator what follows each value, in UTF-8; may be empty
 * @param compression of the files
 */
public record BytesFormat(String nameExtension, String separator, Compression compression)
    implements FileFormat {

  @Override
  public String extension() {
    return nameExtension + compression.suffix();
  }

  @Override
  public FormatWriter open(LandedSchema schema, OutputStream out) {
    byte[] ending = separator.getBytes(StandardCharsets.UTF_8);
    return new StreamWriter(
        (EncodedRecord record, long offset, long timestamp, OutputStream to) -> {
          to.write(record.bytes(), record.start(), record.length());
          to.write(ending);
        },
        compression,
        out);
  }
}
