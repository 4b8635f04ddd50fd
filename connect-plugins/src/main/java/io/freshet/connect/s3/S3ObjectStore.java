package io.freshet.connect.s3;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket, through the AWS SDK. */
final class S3ObjectStore implements ObjectStore {
  private static final Logger LOG = LoggerFactory.getLogger(S3ObjectStore.class);
  private static final String CONTENT_TYPE = "application/octet-stream";

  private final S3Client s3;
  private final String bucket;
  private final int partBytes;

  /**
   * @param partBytes objects above this size are uploaded in parts of it
   */
  S3ObjectStore(S3Client s3, String bucket, int partBytes) {
    this.s3 = s3;
    this.bucket = bucket;
    this.partBytes = partBytes;
  }

  @Override
  public Iterable<String> list(String prefix, String startAfter) {
    String doing = "list " + name(prefix);
    return () -> {
      // The SDK asks for the first page here already.
      Iterator<S3Object> objects =
          translated(
              doing,
              () ->
                  s3.listObjectsV2Paginator(
                          r -> r.bucket(bucket).prefix(prefix).startAfter(startAfter))
                      .contents()
                      .iterator());
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return translated(doing, objects::hasNext);
        }

        @Override
        public String next() {
          return translated(doing, () -> objects.next().key());
        }
      };
    };
  }

  @Override
  public Optional<Map<String, String>> metadata(String key) {
    try {
      return Optional.of(s3.headObject(r -> r.bucket(bucket).key(key)).metadata());
    } catch (S3Exception failure) {
      if (failure.statusCode() == S3Failures.NOT_FOUND) {
        return Optional.empty();
      }
      throw S3Failures.translate(failure, "read " + name(key));
    } catch (SdkException failure) {
      throw S3Failures.translate(failure, "read " + name(key));
    }
  }

  @Override
  public boolean putIfAbsent(String key, Payload payload, Map<String, String> metadata) {
    try {
      if (payload.length() <= partBytes) {
        s3.putObject(
            r -> r.bucket(bucket).key(key).metadata(metadata).ifNoneMatch("*"),
            body(payload, 0, payload.length()));
      } else {
        putInParts(key, payload, metadata);
      }
      return true;
    } catch (NoSuchUploadException completed) {
      // A lost answer to an earlier attempt to complete the upload, or somebody aborted it.
      if (metadata(key).isPresent()) {
        return false;
      }
      throw new RetriableException("the upload of " + name(key) + " was aborted", completed);
    } catch (S3Exception failure) {
      if (failure.statusCode() == S3Failures.PRECONDITION_FAILED) {
        return false;
      }
      throw S3Failures.translate(failure, "put " + name(key));
    } catch (SdkException failure) {
      throw S3Failures.translate(failure, "put " + name(key));
    }
  }

  private void putInParts(String key, Payload payload, Map<String, String> metadata) {
    String upload =
        s3.createMultipartUpload(r -> r.bucket(bucket).key(key).metadata(metadata)).uploadId();
    try {
      List<CompletedPart> parts = new ArrayList<>();
      for (long from = 0; from < payload.length(); from += partBytes) {
        int number = parts.size() + 1;
        RequestBody part = body(payload, from, Math.min(partBytes, payload.length() - from));
        String etag =
            s3.uploadPart(r -> r.bucket(bucket).key(key).uploadId(upload).partNumber(number), part)
                .eTag();
        parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
      }
      s3.completeMultipartUpload(
          r ->
              r.bucket(bucket)
                  .key(key)
                  .uploadId(upload)
                  .ifNoneMatch("*")
                  .multipartUpload(m -> m.parts(parts)));
    } catch (RuntimeException failure) {
      abort(key, upload, failure);
      throw failure;
    }
  }

  private void abort(String key, String upload, RuntimeException failure) {
    try {
      s3.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(upload));
    } catch (NoSuchUploadException gone) {
      LOG.debug("upload {} of {} is gone already", upload, name(key));
    } catch (SdkException notAborted) {
      LOG.warn("upload {} of {} could not be aborted; its parts stay", upload, name(key));
      failure.addSuppressed(notAborted);
    }
  }

  @Override
  public void delete(String key) {
    translated("delete " + name(key), () -> s3.deleteObject(r -> r.bucket(bucket).key(key)));
  }

  @Override
  public void close() {
    s3.close();
  }

  private static RequestBody body(Payload payload, long from, long length) {
    return RequestBody.fromContentProvider(() -> payload.open(from, length), length, CONTENT_TYPE);
  }

  private static <T> T translated(String doing, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException failure) {
      throw S3Failures.translate(failure, doing);
    }
  }

  private String name(String key) {
    return "s3://" + bucket + "/" + key;
  }
}
