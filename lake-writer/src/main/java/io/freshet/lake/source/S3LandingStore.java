package io.freshet.lake.source;

import io.freshet.lake.LakeException;
import io.freshet.schemas.LandingMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The landing log in a bucket. It speaks to S3 itself, because Hadoop's file systems can't list
 * from a key on: their cost would grow with the log's history.
 */
final class S3LandingStore implements PrunableStore {
  private static final int PAGE = 1000;

  private final S3Client s3;
  private final String bucket;

  /**
   * @param hadoop endpoint, region, path style and keys are read from {@code fs.s3a.*}, so that the
   *     log and the tables are reached in the same way; absent keys mean AWS's default chain
   * @param onRequest told of each request, repeated ones included
   */
  S3LandingStore(String bucket, Configuration hadoop, Runnable onRequest) {
    this.bucket = bucket;
    this.s3 = S3Clients.of(hadoop, new Counting(onRequest));
  }

  @Override
  public List<String> folders(String prefix) {
    return asked(
        "listing",
        prefix,
        () ->
            s3
                .listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix).delimiter("/"))
                .commonPrefixes()
                .stream()
                .map(CommonPrefix::prefix)
                .map(folder -> folder.substring(prefix.length(), folder.length() - 1))
                .toList());
  }

  @Override
  public List<StoredObject> list(String prefix, String startAfter, int limit) {
    return objects(prefix, startAfter, limit).stream()
        .map(object -> new StoredObject(object.key(), object.size()))
        .toList();
  }

  @Override
  public List<AgedObject> aged(String prefix, String startAfter, int limit) {
    return objects(prefix, startAfter, limit).stream()
        .map(object -> new AgedObject(object.key(), object.lastModified()))
        .toList();
  }

  private List<S3Object> objects(String prefix, String startAfter, int limit) {
    return asked(
        "listing",
        prefix,
        () -> {
          List<S3Object> objects = new ArrayList<>();
          String last = startAfter;
          boolean more = true;
          while (more && objects.size() < limit) {
            ListObjectsV2Response page =
                s3.listObjectsV2(
                    ListObjectsV2Request.builder()
                        .bucket(bucket)
                        .prefix(prefix)
                        .startAfter(last)
                        .maxKeys(Math.min(PAGE, limit - objects.size()))
                        .build());
            objects.addAll(page.contents());
            more = page.isTruncated();
            if (more) {
              last = page.contents().get(page.contents().size() - 1).key();
            }
          }
          return objects;
        });
  }

  @Override
  public void write(String key, byte[] content) {
    asked(
        "writing",
        key,
        () -> s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(content)));
  }

  @Override
  public void delete(List<String> keys) {
    for (String key : keys) {
      asked("deleting", key, () -> s3.deleteObject(r -> r.bucket(bucket).key(key)));
    }
  }

  @Override
  public LandingMetadata metadata(String key) {
    return asked(
        "reading",
        key,
        () ->
            LandingMetadata.parse(
                s3.headObject(r -> r.bucket(bucket).key(key)).metadata(), path(key)));
  }

  @Override
  public byte[] read(String key) {
    return asked(
        "reading",
        key,
        () -> s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArrayUnsafe());
  }

  @Override
  public String path(String key) {
    return "s3a://" + bucket + "/" + key;
  }

  /** Says in one line what an S3 answer means for the landing log. */
  private <T> T asked(String doing, String key, Supplier<T> request) {
    try {
      return request.get();
    } catch (NoSuchBucketException missing) {
      throw noBucket(missing);
    } catch (S3Exception refused) {
      if (refused.statusCode() == 404 && "NoSuchBucket".equals(code(refused))) {
        throw noBucket(refused);
      }
      String message =
          "%s s3a://%s/%s was refused with status %d %s"
              .formatted(doing, bucket, key, refused.statusCode(), code(refused));
      if (refused.statusCode() >= 500 || refused.isThrottlingException()) {
        throw new StoreUnreachableException(message, refused);
      }
      throw new LakeException(
          refused.statusCode() == 403
              ? message + "; check the credentials and that they may list and read the bucket"
              : message,
          refused);
    } catch (SdkClientException unreachable) {
      throw new StoreUnreachableException(
          "%s s3a://%s/%s failed: %s; check fs.s3a.endpoint and the network"
              .formatted(doing, bucket, key, unreachable.getMessage()),
          unreachable);
    }
  }

  private LakeException noBucket(S3Exception missing) {
    return new LakeException(
        "bucket '" + bucket + "' does not exist; create it, or mend source.root", missing);
  }

  private static String code(S3Exception refused) {
    return refused.awsErrorDetails() == null ? "" : refused.awsErrorDetails().errorCode();
  }

  @Override
  public void close() {
    s3.close();
  }

  /** Counts attempts, as they are billed. */
  private record Counting(Runnable onRequest) implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes more) {
      onRequest.run();
    }
  }
}
