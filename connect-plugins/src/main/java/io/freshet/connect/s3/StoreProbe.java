package io.freshet.connect.s3;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Finds out, before any record is at stake, whether the landing log can be written to: it does with
 * one small object all that landing does with a file, the same headers included.
 */
final class StoreProbe {
  /** Below {@code topics.dir}; nothing stays in it. */
  static final String FOLDER = "_freshet_probe/";

  private static final String CONDITION = "*";
  private static final Map<String, String> TAGS =
      Map.of(
          ObjectOptions.START_OFFSET, "0",
          ObjectOptions.END_OFFSET, "0",
          ObjectOptions.RECORD_COUNT, "0");

  /**
   * What is wrong.
   *
   * @param property the property at fault
   * @param message what is wrong with it, and the fix
   */
  record Problem(String property, String message) {}

  /** What was tried when the store refused. */
  enum Step {
    LIST("list", "s3:ListBucket"),
    PUT("write to", "s3:PutObject"),
    READ("read from", "s3:GetObject"),
    DELETE("delete from", "s3:DeleteObject");

    private final String verb;
    private final String permission;

    Step(String verb, String permission) {
      this.verb = verb;
      this.permission = permission;
    }

    String verb() {
      return verb;
    }

    String permission() {
      return permission;
    }
  }

  private final StoreOptions options;
  private final ObjectHeaders headers;
  private final StoreProblems problems;
  private Step step = Step.LIST;

  StoreProbe(StoreOptions options) {
    this.options = options.impatient();
    this.headers = new ObjectHeaders(options.objects());
    this.problems = new StoreProblems(options);
  }

  /** Lists, writes, reads and deletes one object. */
  Optional<Problem> run() {
    try (S3Client s3 = S3Clients.create(options)) {
      return run(s3);
    } catch (InvalidPropertyException contradiction) {
      return Optional.of(new Problem(contradiction.property(), contradiction.getMessage()));
    } catch (AwsServiceException refused) {
      return Optional.of(problems.refused(refused, step));
    } catch (IllegalArgumentException invalid) {
      return Optional.of(problems.notAsked(invalid.getMessage()));
    } catch (SdkException unanswered) {
      return Optional.of(problems.unanswered(unanswered));
    }
  }

  private Optional<Problem> run(S3Client s3) {
    String folder = (options.topicsDir().isEmpty() ? "" : options.topicsDir() + "/") + FOLDER;
    String key = folder + UUID.randomUUID();
    ListObjectsV2Request list =
        ListObjectsV2Request.builder().bucket(options.bucket()).prefix(folder).maxKeys(1).build();
    s3.listObjectsV2(list);
    boolean conditional = options.uploads().conditional();
    step = Step.PUT;
    try {
      put(s3, key, conditional);
    } catch (S3Exception refused) {
      if (conditional && refused.statusCode() == S3Failures.NOT_IMPLEMENTED) {
        return Optional.of(problems.noConditions(S3Failures.summary(refused)));
      }
      throw refused;
    }
    try {
      step = Step.READ;
      s3.headObject(r -> headers.on(r.bucket(options.bucket()).key(key)));
      step = Step.PUT;
      Optional<Problem> unfit = conditional ? checkConditions(s3, key) : Optional.empty();
      if (unfit.isPresent()) {
        delete(s3, key);
        return unfit;
      }
    } catch (SdkException refused) {
      deleteAfter(s3, key, refused);
      throw refused;
    }
    step = Step.DELETE;
    delete(s3, key);
    return Optional.empty();
  }

  private void put(S3Client s3, String key, boolean conditional) {
    s3.putObject(
        r ->
            headers.on(
                r.bucket(options.bucket()).key(key).ifNoneMatch(conditional ? CONDITION : null),
                TAGS),
        RequestBody.empty());
  }

  /** A second object at the same key must be refused, however it is put. */
  private Optional<Problem> checkConditions(S3Client s3, String key) {
    if (!refuses(() -> put(s3, key, true))) {
      return Optional.of(problems.noConditions("it overwrote an object with a second PUT"));
    }
    String upload =
        s3.createMultipartUpload(r -> headers.on(r.bucket(options.bucket()).key(key), TAGS))
            .uploadId();
    boolean refused = false;
    try {
      String etag =
          s3.uploadPart(
                  r ->
                      headers.on(
                          r.bucket(options.bucket()).key(key).uploadId(upload).partNumber(1)),
                  RequestBody.fromString("1"))
              .eTag();
      CompletedPart part = CompletedPart.builder().partNumber(1).eTag(etag).build();
      refused =
          refuses(
              () ->
                  s3.completeMultipartUpload(
                      r ->
                          headers.on(
                              r.bucket(options.bucket())
                                  .key(key)
                                  .uploadId(upload)
                                  .ifNoneMatch(CONDITION)
                                  .multipartUpload(m -> m.parts(part)))));
    } finally {
      if (refused) {
        s3.abortMultipartUpload(r -> r.bucket(options.bucket()).key(key).uploadId(upload));
      }
    }
    return refused
        ? Optional.empty()
        : Optional.of(
            problems.noConditions("it overwrote an object when an upload in parts was completed"));
  }

  private static boolean refuses(Runnable put) {
    try {
      put.run();
      return false;
    } catch (S3Exception refused) {
      if (refused.statusCode() == S3Failures.PRECONDITION_FAILED) {
        return true;
      }
      throw refused;
    }
  }

  private void delete(S3Client s3, String key) {
    s3.deleteObject(r -> r.bucket(options.bucket()).key(key));
  }

  private void deleteAfter(S3Client s3, String key, SdkException failure) {
    try {
      delete(s3, key);
    } catch (SdkException kept) {
      failure.addSuppressed(kept);
    }
  }
}
