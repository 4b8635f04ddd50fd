package io.freshet.connect.s3;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Configurable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Short-lived credentials of a role, which AWS STS gives and which are renewed before they expire.
 *
 * <p>It is configured under {@code s3.credentials.provider.}, with the names that Confluent's own
 * provider of this kind has; STS is asked with the static keys, or else with what the SDK's default
 * chain finds.
 */
public final class AssumeRoleCredentialsProvider
    implements AwsCredentialsProvider, Configurable, SdkAutoCloseable {

  static final String ROLE_ARN = "sts.role.arn";
  static final String SESSION_NAME = "sts.role.session.name";
  static final String EXTERNAL_ID = "sts.role.external.id";
  static final String REGION = "sts.region";
  static final String ENDPOINT = "sts.endpoint";
  static final String DEFAULT_SESSION_NAME = "freshet-s3-sink";

  private StsClient sts;
  private StsAssumeRoleCredentialsProvider role;

  /** To be configured before its first use. */
  public AssumeRoleCredentialsProvider() {}

  /**
   * @param settings the role, and who asks for it; values are texts
   * @throws org.apache.kafka.common.config.ConfigException if the role is missing or the endpoint
   *     is no URL
   */
  @Override
  public void configure(Map<String, ?> settings) {
    String arn =
        text(settings, ROLE_ARN)
            .orElseThrow(
                () ->
                    new InvalidPropertyException(
                        CredentialOptions.ROLE_ARN,
                        CredentialOptions.ROLE_ARN + " is missing, which is the role to assume"));
    StsClientBuilder builder =
        StsClient.builder()
            .httpClientBuilder(Apache5HttpClient.builder())
            .credentialsProvider(asking(settings));
    Optional<String> endpoint = text(settings, ENDPOINT);
    endpoint
        .map(url -> Checks.webUrl(CredentialOptions.PREFIX + ENDPOINT, url, ROLE_ARN))
        .ifPresent(builder::endpointOverride);
    text(settings, REGION)
        .map(Region::of)
        .or(() -> endpoint.map(custom -> Region.US_EAST_1))
        .ifPresent(builder::region);
    sts = builder.build();
    role =
        StsAssumeRoleCredentialsProvider.builder()
            .stsClient(sts)
            .refreshRequest(
                request ->
                    request
                        .roleArn(arn)
                        .roleSessionName(text(settings, SESSION_NAME).orElse(DEFAULT_SESSION_NAME))
                        .externalId(text(settings, EXTERNAL_ID).orElse(null)))
            .build();
  }

  private static AwsCredentialsProvider asking(Map<String, ?> settings) {
    Optional<String> accessKey = text(settings, CredentialOptions.ACCESS_KEY);
    Optional<String> secretKey = text(settings, CredentialOptions.SECRET_KEY);
    if (accessKey.isPresent() && secretKey.isPresent()) {
      return StaticCredentialsProvider.create(
          AwsBasicCredentials.create(accessKey.get(), secretKey.get()));
    }
    return DefaultCredentialsProvider.builder().build();
  }

  private static Optional<String> text(Map<String, ?> settings, String name) {
    return Optional.ofNullable(settings.get(name))
        .map(value -> value.toString().strip())
        .filter(value -> !value.isEmpty());
  }

  @Override
  public AwsCredentials resolveCredentials() {
    return role.resolveCredentials();
  }

  @Override
  public void close() {
    if (role != null) {
      role.close();
      sts.close();
    }
  }
}
