package io.freshet.connect.format;

import io.freshet.connect.avro.LandedSchema;
import java.io.OutputStream;

/** A format of landed files. */
public interface FileFormat {

  /** File name extension, without its dot. */
  String extension();

  /**
   * Refuses a schema that files of this format can't hold.
   *
   * @throws IllegalArgumentException if it is one, with the field and the fix
   */
  default void check(LandedSchema schema) {}

  /**
   * Begins a file.
   *
   * @param schema schema of every record of the file
   * @param out where the file's bytes go as they become final
   */
  FormatWriter open(LandedSchema schema, OutputStream out);
}
