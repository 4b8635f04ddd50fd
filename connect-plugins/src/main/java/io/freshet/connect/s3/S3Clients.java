package io.freshet.connect.s3;

import java.time.Duration;
import java.util.Set;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes the AWS SDK's client from the store's options. */
final class S3Clients {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Connections beside those of the uploads' threads. */
  private static final int SPARE_CONNECTIONS = 16;

  private S3Clients() {}

  /**
   * @throws InvalidPropertyException if the credentials provider can't be made
   */
  static S3Client create(StoreOptions options) {
    ClientOptions client = options.client();
    S3ClientBuilder builder =
        S3Client.builder()
            // Not url-connection-client: its silent retries lose a conditional PUT's first answer.
            .httpClientBuilder(http(options))
            .credentialsProvider(CredentialsProviders.create(options.credentials()))
            .overrideConfiguration(
                c ->
                    c.retryStrategy(retries(client)).apiCallAttemptTimeout(client.requestTimeout()))
            .serviceConfiguration(c -> c.expectContinueEnabled(client.expectContinue()))
            // An accelerated bucket is found by its host name.
            .forcePathStyle(options.pathStyle() && !client.accelerate())
            .accelerate(client.accelerate());
    options.endpoint().ifPresent(builder::endpointOverride);
    options
        .region()
        .map(Region::of)
        .or(() -> options.endpoint().map(custom -> Region.US_EAST_1))
        .ifPresent(builder::region);
    return builder.build();
  }

  private static Apache5HttpClient.Builder http(StoreOptions options) {
    Apache5HttpClient.Builder http =
        Apache5HttpClient.builder()
            .connectionTimeout(CONNECT_TIMEOUT)
            .socketTimeout(options.client().requestTimeout())
            .expectContinueEnabled(options.client().expectContinue())
            .maxConnections(options.uploads().threads() + SPARE_CONNECTIONS);
    options.client().proxy().map(S3Clients::proxy).ifPresent(http::proxyConfiguration);
    return http;
  }

  private static ProxyConfiguration proxy(ClientOptions.Proxy proxy) {
    ProxyConfiguration.Builder builder =
        ProxyConfiguration.builder()
            .endpoint(proxy.url())
            .nonProxyHosts(Set.of())
            .useSystemPropertyValues(false)
            .useEnvironmentVariableValues(false);
    proxy
        .user()
        .ifPresent(
            user ->
                builder
                    .username(user)
                    .password(proxy.password().value())
                    // An upload's body can't be sent again after the proxy has asked for a user.
                    .preemptiveBasicAuthenticationEnabled(true));
    return builder.build();
  }

  /**
   * The SDK's standard judgement of what to try again, with full jitter. Its circuit breaker would
   * give up before the number of retries that was asked for.
   */
  private static RetryStrategy retries(ClientOptions client) {
    BackoffStrategy backoff =
        client.backoff().isZero()
            ? BackoffStrategy.retryImmediately()
            : BackoffStrategy.exponentialDelay(
                client.backoff(),
                client.backoff().compareTo(ClientOptions.MAX_BACKOFF) > 0
                    ? client.backoff()
                    : ClientOptions.MAX_BACKOFF);
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(client.retries() + 1)
        .backoffStrategy(backoff)
        .throttlingBackoffStrategy(backoff)
        .circuitBreakerEnabled(false)
        .build();
  }
}
