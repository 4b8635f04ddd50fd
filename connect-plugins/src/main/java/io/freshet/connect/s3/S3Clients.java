package io.freshet.connect.s3;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes the AWS SDK's client from the store's options. */
final class S3Clients {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private S3Clients() {}

  static S3Client create(StoreOptions options) {
    S3ClientBuilder builder =
        S3Client.builder()
            // Not url-connection-client: its silent retries lose a conditional PUT's first answer.
            .httpClientBuilder(Apache5HttpClient.builder().connectionTimeout(CONNECT_TIMEOUT))
            .credentialsProvider(credentials(options))
            .forcePathStyle(options.pathStyle());
    options.endpoint().ifPresent(builder::endpointOverride);
    options
        .region()
        .map(Region::of)
        .or(() -> options.endpoint().map(custom -> Region.US_EAST_1))
        .ifPresent(builder::region);
    return builder.build();
  }

  private static AwsCredentialsProvider credentials(StoreOptions options) {
    return options
        .credentials()
        .<AwsCredentialsProvider>map(
            pair ->
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(pair.accessKey(), pair.secretKey().value())))
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
  }
}
