package io.freshet.connect.s3;

import io.freshet.connect.s3.StoreProbe.Problem;
import io.freshet.connect.s3.StoreProbe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Which property a refusal is about, and what to do.
 *
 * <p>Codes are those of S3's API reference, "Error responses".
 */
final class StoreProblems {
  private static final int PROXY_AUTHENTICATION = 407;
  private static final int MOVED = 301;
  private static final String REGION_HEADER = "x-amz-bucket-region";
  private static final Pattern EXPECTED_REGION = Pattern.compile("expecting '([a-z0-9-]+)'");

  private final StoreOptions options;
  private final String bucket;

  StoreProblems(StoreOptions options) {
    this.options = options;
    this.bucket = "bucket '" + options.bucket() + "' at " + options.address();
  }

  /** The store has no {@code If-None-Match}, or doesn't heed it. */
  Problem noConditions(String seen) {
    return new Problem(
        UploadOptions.CONDITIONAL,
        "%s does not keep If-None-Match, which makes landing exactly-once: %s; use a store that does,"
                .formatted(bucket, seen)
            + " or set "
            + UploadOptions.CONDITIONAL
            + "=false and see there what it costs");
  }

  /** The SDK itself refuses: a malformed name, no region. */
  Problem notAsked(String reason) {
    return new Problem(StoreOptions.BUCKET, "%s can't be asked for: %s".formatted(bucket, reason));
  }

  /** No answer, or none was asked for. */
  Problem unanswered(SdkException failure) {
    String reason = S3Failures.summary(failure);
    if (S3Failures.isPassing(failure)) {
      return unreachable(reason);
    }
    if (reason.contains("Unable to load region")) {
      return new Problem(
          StoreOptions.REGION, StoreOptions.REGION + " is missing; set the bucket's region");
    }
    if (reason.contains("Unable to load credentials")) {
      return new Problem(
          credentials(CredentialOptions.ACCESS_KEY),
          "no credentials for %s were found; set %s and %s, or %s, or give the worker a role"
              .formatted(
                  bucket,
                  CredentialOptions.ACCESS_KEY,
                  CredentialOptions.SECRET_KEY,
                  CredentialOptions.PROVIDER_CLASS));
    }
    return notAsked(reason);
  }

  private Problem unreachable(String reason) {
    Optional<ClientOptions.Proxy> proxy = options.client().proxy();
    if (proxy.isPresent()) {
      return new Problem(
          ClientOptions.PROXY_URL,
          "can't reach %s through %s=%s: %s; are both running, and are their addresses right?"
              .formatted(options.address(), ClientOptions.PROXY_URL, proxy.get().url(), reason));
    }
    return new Problem(
        options.endpoint().isPresent() ? StoreOptions.ENDPOINT : StoreOptions.BUCKET,
        "can't reach %s: %s; is it running, and is %s right?"
            .formatted(options.address(), reason, StoreOptions.ENDPOINT));
  }

  /**
   * @param step what was tried
   */
  Problem refused(AwsServiceException refused, Step step) {
    AwsErrorDetails details = refused.awsErrorDetails();
    String code = details == null || details.errorCode() == null ? "" : details.errorCode();
    String text = details == null || details.errorMessage() == null ? "" : details.errorMessage();
    String summary = S3Failures.summary(refused);
    if (details != null && "Sts".equalsIgnoreCase(details.serviceName())) {
      return new Problem(
          CredentialOptions.ROLE_ARN,
          "the role can't be assumed: %s; check %s, its trust policy, and who asks for it"
              .formatted(summary, CredentialOptions.ROLE_ARN));
    }
    if (code.startsWith("KMS.") || text.contains("kms:")) {
      return new Problem(
          ObjectOptions.KMS_KEY_ID,
          "%s can't encrypt with the KMS key: %s; the credentials need kms:GenerateDataKey and"
                  .formatted(bucket, summary)
              + " kms:Decrypt for it, and the key must be enabled and of the bucket's region");
    }
    return switch (code) {
      case "InvalidAccessKeyId" ->
          credentials(CredentialOptions.ACCESS_KEY, "does not know the access key (" + code + ")");
      case "SignatureDoesNotMatch" ->
          credentials(
              CredentialOptions.SECRET_KEY, "does not accept the secret key (" + code + ")");
      case "InvalidToken", "ExpiredToken", "TokenRefreshRequired" ->
          credentials(CredentialOptions.PROVIDER_CLASS, "does not accept the session: " + summary);
      case "RequestTimeTooSkewed" ->
          new Problem(
              StoreOptions.BUCKET,
              "the clock of this worker and that of %s differ too much (%s); synchronise this"
                      .formatted(options.address(), summary)
                  + " worker's, with NTP for instance");
      case "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          otherRegion(refused, text);
      case "AccessControlListNotSupported" ->
          new Problem(
              ObjectOptions.ACL,
              "%s takes no ACLs: %s; take %s out, or allow ACLs in the bucket's object ownership"
                  .formatted(bucket, summary, ObjectOptions.ACL));
      case "InvalidStorageClass" ->
          new Problem(
              ObjectOptions.STORAGE_CLASS,
              "%s has no storage class '%s': %s; choose another"
                  .formatted(
                      bucket,
                      options.objects().storageClass().map(Object::toString).orElse(""),
                      summary));
      case "InvalidTag" ->
          new Problem(
              ObjectOptions.TAGS,
              "%s refuses the tags: %s; correct %s".formatted(bucket, summary, ObjectOptions.TAGS));
      case "InvalidEncryptionAlgorithmError" ->
          new Problem(
              ObjectOptions.ENCRYPTION,
              "%s refuses the encryption: %s; correct %s"
                  .formatted(bucket, summary, ObjectOptions.ENCRYPTION));
      default -> byStatus(refused, step, text, summary);
    };
  }

  private Problem byStatus(AwsServiceException refused, Step step, String text, String summary) {
    return switch (refused.statusCode()) {
      case S3Failures.NOT_FOUND ->
          new Problem(
              StoreOptions.BUCKET,
              bucket + " does not exist; create it, or correct " + StoreOptions.BUCKET);
      case S3Failures.FORBIDDEN ->
          new Problem(
              StoreOptions.BUCKET,
              "the credentials may not %s %s: %s; grant them %s there"
                  .formatted(step.verb(), bucket, summary, permissions(step)));
      case MOVED -> otherRegion(refused, text);
      case PROXY_AUTHENTICATION ->
          new Problem(
              ClientOptions.PROXY_USER,
              "the proxy asks for a user: %s; set or correct %s and %s"
                  .formatted(summary, ClientOptions.PROXY_USER, ClientOptions.PROXY_PASSWORD));
      default ->
          new Problem(
              StoreOptions.BUCKET, "can't %s %s: %s".formatted(step.verb(), bucket, summary));
    };
  }

  private Problem otherRegion(AwsServiceException refused, String text) {
    Optional<String> header =
        Optional.ofNullable(refused.awsErrorDetails())
            .map(AwsErrorDetails::sdkHttpResponse)
            .flatMap(response -> response.firstMatchingHeader(REGION_HEADER));
    Matcher expected = EXPECTED_REGION.matcher(text);
    String fix =
        header
            .or(() -> expected.find() ? Optional.of(expected.group(1)) : Optional.empty())
            .map(right -> "set " + StoreOptions.REGION + "=" + right)
            .orElse("correct " + StoreOptions.REGION);
    return new Problem(
        StoreOptions.REGION, bucket + " lies in another region than the one asked; " + fix);
  }

  private Problem credentials(String property, String reason) {
    String at = credentials(property);
    return new Problem(at, "%s %s; correct %s".formatted(options.address(), reason, at));
  }

  /** The property, unless the credentials come from elsewhere. */
  private String credentials(String property) {
    return options.credentials().keys().isPresent()
            || options.credentials().providerClass().isEmpty()
        ? property
        : CredentialOptions.PROVIDER_CLASS;
  }

  /** What the step may need, by what the objects are given. */
  private String permissions(Step step) {
    List<String> needed = new ArrayList<>(List.of(step.permission()));
    if (step == Step.PUT) {
      needed.add("s3:AbortMultipartUpload");
      if (options.objects().acl().isPresent()) {
        needed.add("s3:PutObjectAcl");
      }
      if (options.objects().tagOffsets() || !options.objects().tags().isEmpty()) {
        needed.add("s3:PutObjectTagging");
      }
    }
    return String.join(", ", needed);
  }
}
