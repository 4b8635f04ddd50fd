package io.freshet.connect.s3;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.kafka.connect.errors.RetriableException;

/** No record can be taken just now: neither the heap nor the temporary folder has room for it. */
final class NoRoomException extends RetriableException {
  private static final long serialVersionUID = 1L;

  NoRoomException(Path folder, IOException failed) {
    super(
        "can't spool buffered records to the temporary folder %s (%s); free space there, set another with %s, or raise %s"
            .formatted(
                folder, failed.getMessage(), BufferOptions.SPOOL_FOLDER, BufferOptions.MEMORY),
        failed);
  }
}
