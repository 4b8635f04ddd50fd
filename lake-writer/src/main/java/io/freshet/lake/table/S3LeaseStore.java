package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.lake.source.S3Clients;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects of a bucket. S3A has no conditional requests in Hadoop 3.3, so this speaks to S3. */
final class S3LeaseStore implements LeaseStore {
  private static final int PRECONDITION_FAILED = 412;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  private final S3Client s3;
  private final String bucket;
  private final String prefix;

  /**
   * @param prefix what keys begin with; empty, or ends with a slash
   */
  S3LeaseStore(String bucket, String prefix, Configuration hadoop) {
    this.s3 = S3Clients.of(hadoop);
    this.bucket = bucket;
    this.prefix = prefix;
  }

  @Override
  public boolean create(String key, String content) {
    try {
      s3.putObject(
          r -> r.bucket(bucket).key(prefix + key).ifNoneMatch("*"),
          RequestBody.fromString(content));
      return true;
    } catch (S3Exception refused) {
      if (refused.statusCode() == PRECONDITION_FAILED || refused.statusCode() == CONFLICT) {
        // The SDK tries again where an answer got lost: then it is our own that is there.
        return read(key).filter(content::equals).isPresent();
      }
      throw failed("writing", key, refused);
    } catch (SdkException unreachable) {
      throw failed("writing", key, unreachable);
    }
  }

  @Override
  public void put(String key, String content) {
    try {
      s3.putObject(r -> r.bucket(bucket).key(prefix + key), RequestBody.fromString(content));
    } catch (SdkException refused) {
      throw failed("writing", key, refused);
    }
  }

  @Override
  public Optional<String> read(String key) {
    try {
      return Optional.of(
          s3.getObjectAsBytes(r -> r.bucket(bucket).key(prefix + key)).asUtf8String());
    } catch (NoSuchKeyException absent) {
      return Optional.empty();
    } catch (SdkException refused) {
      if (refused instanceof S3Exception answer && answer.statusCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw failed("reading", key, refused);
    }
  }

  @Override
  public List<String> list(String folder) {
    String start = prefix + folder;
    try {
      return s3.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(start)).contents().stream()
          .map(S3Object::key)
          .map(key -> key.substring(start.length()))
          .filter(name -> !name.isEmpty() && !name.contains("/"))
          .sorted()
          .toList();
    } catch (SdkException refused) {
      throw failed("listing", folder, refused);
    }
  }

  @Override
  public void delete(String key) {
    try {
      s3.deleteObject(r -> r.bucket(bucket).key(prefix + key));
    } catch (SdkException refused) {
      throw failed("deleting", key, refused);
    }
  }

  private LakeException failed(String doing, String key, SdkException failure) {
    return new LakeException(
        "%s s3a://%s/%s%s failed: %s; the lake job needs to list, read, write and delete there"
            .formatted(doing, bucket, prefix, key, failure.getMessage()),
        failure);
  }

  @Override
  public void close() {
    s3.close();
  }
}
