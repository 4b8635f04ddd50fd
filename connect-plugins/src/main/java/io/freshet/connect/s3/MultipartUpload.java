package io.freshet.connect.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/** The upload of one object in parts. */
final class MultipartUpload {
  private static final Logger LOG = LoggerFactory.getLogger(MultipartUpload.class);

  /** S3 takes no more parts of one object. */
  private static final int MAX_PARTS = 10_000;

  private final S3Client s3;
  private final String bucket;
  private final String key;
  private final ObjectHeaders headers;

  MultipartUpload(S3Client s3, String bucket, String key, ObjectHeaders headers) {
    this.s3 = s3;
    this.bucket = bucket;
    this.key = key;
    this.headers = headers;
  }

  /**
   * Puts the object, or leaves nothing of it.
   *
   * @param partBytes size of the parts, unless they would be too many
   * @param beforeCompletion looks, at the last moment, whether the object may still be put
   */
  void put(
      Payload payload,
      Map<String, String> metadata,
      long partBytes,
      boolean conditional,
      UploadPool pool,
      Runnable beforeCompletion) {
    String upload =
        s3.createMultipartUpload(
                r -> headers.on(r.bucket(bucket).key(key).metadata(metadata), payload.tags()))
            .uploadId();
    try {
      List<CompletedPart> parts = parts(upload, payload, partBytes, pool);
      beforeCompletion.run();
      s3.completeMultipartUpload(
          r ->
              headers.on(
                  r.bucket(bucket)
                      .key(key)
                      .uploadId(upload)
                      .ifNoneMatch(conditional ? "*" : null)
                      .multipartUpload(m -> m.parts(parts))));
    } catch (RuntimeException failure) {
      abort(upload, failure);
      throw failure;
    }
  }

  private List<CompletedPart> parts(
      String upload, Payload payload, long partBytes, UploadPool pool) {
    long size = Math.max(partBytes, (payload.length() + MAX_PARTS - 1) / MAX_PARTS);
    int count = Math.toIntExact((payload.length() + size - 1) / size);
    CompletedPart[] done = new CompletedPart[count];
    List<Runnable> uploads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int index = i;
      long from = i * size;
      RequestBody part = S3ObjectStore.body(payload, from, Math.min(size, payload.length() - from));
      uploads.add(() -> done[index] = part(upload, index + 1, part));
    }
    pool.run(uploads);
    return List.of(done);
  }

  private CompletedPart part(String upload, int number, RequestBody part) {
    String etag =
        s3.uploadPart(
                r -> headers.on(r.bucket(bucket).key(key).uploadId(upload).partNumber(number)),
                part)
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(etag).build();
  }

  private void abort(String upload, RuntimeException failure) {
    try {
      s3.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(upload));
    } catch (NoSuchUploadException gone) {
      LOG.debug("upload {} of {} is gone already", upload, key);
    } catch (SdkException notAborted) {
      LOG.warn("upload {} of {} could not be aborted; its parts stay", upload, key);
      failure.addSuppressed(notAborted);
    }
  }
}
