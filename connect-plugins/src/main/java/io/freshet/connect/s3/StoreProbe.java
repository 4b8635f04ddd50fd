package io.freshet.connect.s3;

import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Finds out, before any record is at stake, whether the bucket can be written to. */
final class StoreProbe {
  private static final int MOVED = 301;

  /**
   * What is wrong.
   *
   * @param property the property at fault
   * @param message what is wrong with it, and the fix
   */
  record Problem(String property, String message) {}

  private final StoreOptions options;

  StoreProbe(StoreOptions options) {
    this.options = options;
  }

  /** Asks for the bucket, then writes and deletes one object. */
  Optional<Problem> run() {
    try (S3Client s3 = S3Clients.create(options)) {
      String doing = "look up";
      try {
        s3.headBucket(r -> r.bucket(options.bucket()));
        String folder = options.topicsDir().isEmpty() ? "" : options.topicsDir() + "/";
        String key = folder + "_freshet_probe/" + UUID.randomUUID();
        doing = "write to";
        s3.putObject(r -> r.bucket(options.bucket()).key(key), RequestBody.empty());
        doing = "delete from";
        s3.deleteObject(r -> r.bucket(options.bucket()).key(key));
        return Optional.empty();
      } catch (S3Exception refused) {
        return Optional.of(refused(refused, doing));
      }
    } catch (IllegalArgumentException invalid) {
      return Optional.of(notAsked(invalid.getMessage()));
    } catch (SdkException unanswered) {
      String summary = S3Failures.summary(unanswered);
      return Optional.of(
          S3Failures.isPassing(unanswered) ? unreachable(summary) : notAsked(summary));
    }
  }

  /** The SDK itself refuses: a malformed name, no region, no credentials. */
  private Problem notAsked(String reason) {
    return new Problem(
        StoreOptions.BUCKET,
        "bucket '%s' at %s can't be asked for: %s"
            .formatted(options.bucket(), options.address(), reason));
  }

  private Problem unreachable(String reason) {
    return new Problem(
        options.endpoint().isPresent() ? StoreOptions.ENDPOINT : StoreOptions.BUCKET,
        "can't reach %s: %s; is it running, and is %s right?"
            .formatted(options.address(), reason, StoreOptions.ENDPOINT));
  }

  private Problem refused(S3Exception refused, String doing) {
    String bucket = "bucket '" + options.bucket() + "' at " + options.address();
    return switch (refused.statusCode()) {
      case S3Failures.NOT_FOUND ->
          new Problem(
              StoreOptions.BUCKET,
              bucket + " does not exist; create it, or correct " + StoreOptions.BUCKET);
      case S3Failures.FORBIDDEN ->
          new Problem(
              StoreOptions.BUCKET,
              "the credentials may not %s %s; grant them that, or correct %s and %s"
                  .formatted(doing, bucket, StoreOptions.ACCESS_KEY, StoreOptions.SECRET_KEY));
      case MOVED ->
          new Problem(StoreOptions.REGION, bucket + " lies in another region; correct s3.region");
      default ->
          new Problem(
              StoreOptions.BUCKET,
              "can't " + doing + " " + bucket + ": " + S3Failures.summary(refused));
    };
  }
}
