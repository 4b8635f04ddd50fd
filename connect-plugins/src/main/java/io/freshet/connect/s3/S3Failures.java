package io.freshet.connect.s3;

import java.io.IOException;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** What a failure of the SDK, its own retries done, means for the task. */
final class S3Failures {
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int PRECONDITION_FAILED = 412;
  static final int NOT_IMPLEMENTED = 501;

  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Set<String> PASSING_CODES =
      Set.of(
          "RequestTimeout",
          "RequestTimeTooSkewed",
          "ExpiredToken",
          "TokenRefreshRequired",
          "SlowDown",
          "OperationAborted",
          "ConditionalRequestConflict");

  private S3Failures() {}

  /**
   * @param doing what was tried, such as {@code "put s3://bucket/key"}
   * @return a {@link RetriableException} if trying again later may help
   */
  static ConnectException translate(SdkException failure, String doing) {
    String message = "S3 could not " + doing + ": " + summary(failure);
    return isPassing(failure)
        ? new RetriableException(message, failure)
        : new ConnectException(message + hint(failure), failure);
  }

  /** One line without the SDK's request ids and attempt counts. */
  static String summary(SdkException failure) {
    if (failure instanceof AwsServiceException answered) {
      AwsErrorDetails details = answered.awsErrorDetails();
      String code = details == null ? null : details.errorCode();
      String text = details == null ? null : details.errorMessage();
      return "HTTP "
          + answered.statusCode()
          + (code == null ? "" : " " + code)
          + (text == null || text.isBlank() ? "" : " (" + text + ")");
    }
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }

  /** Whether trying again later may help. */
  static boolean isPassing(SdkException failure) {
    if (failure instanceof AwsServiceException answered) {
      int status = answered.statusCode();
      AwsErrorDetails details = answered.awsErrorDetails();
      return status >= 500 && status != NOT_IMPLEMENTED
          || status == TOO_MANY_REQUESTS
          || status == CONFLICT
          || answered.isThrottlingException()
          || details != null
              && details.errorCode() != null
              && PASSING_CODES.contains(details.errorCode());
    }
    return failure instanceof ApiCallTimeoutException
        || failure instanceof ApiCallAttemptTimeoutException
        || failure instanceof AbortedException
        || causedByIo(failure);
  }

  private static boolean causedByIo(Throwable failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return true;
      }
    }
    return false;
  }

  private static String hint(SdkException failure) {
    if (failure instanceof AwsServiceException answered) {
      if (answered.statusCode() == FORBIDDEN) {
        return "; the credentials need s3:ListBucket, s3:GetObject, s3:PutObject and"
            + " s3:AbortMultipartUpload there";
      }
      if (answered.statusCode() == NOT_IMPLEMENTED) {
        return "; the store lacks what was asked for: "
            + UploadOptions.CONDITIONAL
            + ", tags, ACLs or encryption";
      }
      if (answered.statusCode() == NOT_FOUND) {
        return "; check " + StoreOptions.BUCKET;
      }
    }
    return "";
  }
}
