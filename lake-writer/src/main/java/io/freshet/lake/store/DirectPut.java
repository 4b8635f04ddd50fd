package io.freshet.lake.store;

import com.amazonaws.services.s3.model.PutObjectRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.WriteOperationHelper;
import org.apache.hadoop.fs.store.audit.AuditSpan;

/**
 * A PUT without the HEAD and the LIST that S3A sends before each, with all else that S3A does:
 * encryption, retries, statistics. Hadoop 3.3's S3A has it for its own committers; from 3.4 on it
 * is another one, and can be asked for in {@code createFile}.
 */
final class DirectPut {
  private static final boolean POSSIBLE = isPossible();

  private DirectPut() {}

  /** Whether the S3A here has it. */
  static boolean possible() {
    return POSSIBLE;
  }

  private static boolean isPossible() {
    try {
      Class<?> request = Class.forName("com.amazonaws.services.s3.model.PutObjectRequest");
      WriteOperationHelper.class.getMethod("putObject", request);
      return true;
    } catch (ClassNotFoundException | NoSuchMethodException another) {
      return false;
    }
  }

  static void put(S3AFileSystem files, Path path, byte[] content) throws IOException {
    try (AuditSpan span = files.createSpan("op_create", path.toString(), null);
        WriteOperationHelper helper = files.createWriteOperationHelper(span)) {
      PutObjectRequest request =
          helper.createPutObjectRequest(
              files.pathToKey(path), new ByteArrayInputStream(content), content.length, null);
      helper.putObject(request);
    }
  }
}
