package io.freshet.connect.s3;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket, through the AWS SDK. */
final class S3ObjectStore implements ObjectStore {
  private static final Logger LOG = LoggerFactory.getLogger(S3ObjectStore.class);
  private static final String CONTENT_TYPE = "application/octet-stream";

  private final S3Client s3;
  private final String bucket;
  private final UploadOptions uploads;
  private final ObjectHeaders headers;
  private final UploadPool pool;

  /**
   * @param s3 closed with this store
   */
  S3ObjectStore(S3Client s3, StoreOptions options) {
    this.s3 = s3;
    this.bucket = options.bucket();
    this.uploads = options.uploads();
    this.headers = new ObjectHeaders(options.objects());
    this.pool = new UploadPool(uploads.threads());
  }

  static S3ObjectStore connect(StoreOptions options) {
    return new S3ObjectStore(S3Clients.create(options), options);
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
      return Optional.of(s3.headObject(r -> headers.on(r.bucket(bucket).key(key))).metadata());
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
      checkIsFree(key);
      if (payload.length() <= uploads.partBytes()) {
        putInOne(key, payload, metadata);
      } else {
        new MultipartUpload(s3, bucket, key, headers)
            .put(
                payload,
                metadata,
                uploads.partBytes(),
                uploads.conditional(),
                pool,
                () -> checkIsFree(key));
      }
      return true;
    } catch (TakenException taken) {
      return false;
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

  private void putInOne(String key, Payload payload, Map<String, String> metadata) {
    s3.putObject(
        r ->
            headers.on(
                r.bucket(bucket)
                    .key(key)
                    .metadata(metadata)
                    .ifNoneMatch(uploads.conditional() ? "*" : null),
                payload.tags()),
        body(payload, 0, payload.length()));
  }

  /** Without the store's help: who looks at the same moment sees a free key too. */
  private void checkIsFree(String key) {
    if (!uploads.conditional() && metadata(key).isPresent()) {
      throw new TakenException();
    }
  }

  @Override
  public void upload(List<Runnable> several) {
    pool.run(several);
  }

  @Override
  public void abortUploads(String prefix, Predicate<String> key, Instant before) {
    String doing = "abort unfinished uploads under " + name(prefix);
    translated(
        doing,
        () -> {
          s3.listMultipartUploadsPaginator(r -> r.bucket(bucket).prefix(prefix)).uploads().stream()
              .filter(upload -> upload.initiated() != null && upload.initiated().isBefore(before))
              .filter(upload -> upload.key().startsWith(prefix) && key.test(upload.key()))
              .forEach(this::abort);
          return null;
        });
  }

  private void abort(software.amazon.awssdk.services.s3.model.MultipartUpload upload) {
    try {
      s3.abortMultipartUpload(r -> r.bucket(bucket).key(upload.key()).uploadId(upload.uploadId()));
      LOG.info(
          "aborted the upload of {}, which began at {} and was never completed",
          name(upload.key()),
          upload.initiated());
    } catch (NoSuchUploadException gone) {
      LOG.debug("upload {} of {} is gone already", upload.uploadId(), name(upload.key()));
    }
  }

  @Override
  public void delete(String key) {
    translated("delete " + name(key), () -> s3.deleteObject(r -> r.bucket(bucket).key(key)));
  }

  @Override
  public void close() {
    try (pool) {
      s3.close();
    }
  }

  /** The key is taken, seen by a look instead of by the store. */
  private static final class TakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TakenException() {
      super("taken", null, false, false);
    }
  }

  static RequestBody body(Payload payload, long from, long length) {
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
