package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Who the connector is to the store: the access key stands in a request's signature. */
class CredentialsTest extends StoreFixture {
  private static final String ARN = "arn:aws:iam::123456789012:role/lake";

  /** A provider as users write them. */
  public static final class Configured implements AwsCredentialsProvider, Configurable {
    private String accessKey;

    @Override
    public void configure(Map<String, ?> settings) {
      accessKey = settings.get("vault.path") + "/" + settings.get("aws.access.key.id");
    }

    @Override
    public AwsCredentials resolveCredentials() {
      return AwsBasicCredentials.create(accessKey, "secret");
    }
  }

  /** A provider without settings. */
  public static final class Plain implements AwsCredentialsProvider {
    @Override
    public AwsCredentials resolveCredentials() {
      return AwsBasicCredentials.create("plain", "secret");
    }
  }

  /** A provider that is made as the SDK's own are. */
  public static final class Created implements AwsCredentialsProvider {
    private Created() {}

    public static Created create() {
      return new Created();
    }

    @Override
    public AwsCredentials resolveCredentials() {
      return AwsBasicCredentials.create("created", "secret");
    }
  }

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile String refusal = "";
  private volatile int status = 200;
  private HttpServer sts;

  @BeforeEach
  void startSts() throws IOException {
    sts = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sts.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          String answer =
              status == 200
                  ? "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
                      + "<AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                      + "<SessionToken>the-session</SessionToken>"
                      + "<Expiration>2999-01-01T00:00:00Z</Expiration>"
                      + "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
                  : "<ErrorResponse><Error><Code>%s</Code><Message>as told</Message></Error></ErrorResponse>"
                      .formatted(refusal);
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    sts.start();
  }

  @AfterEach
  void stopSts() {
    sts.stop(0);
  }

  private String stsUrl() {
    return "http://127.0.0.1:" + sts.getAddress().getPort();
  }

  private RecordingS3.Request signedPut(String... overrides) throws IOException {
    try (S3ObjectStore store = store(overrides)) {
      put(store, 10);
    }
    return recording.only("PUT");
  }

  private static String accessKey(RecordingS3.Request request) {
    String authorization = request.header("authorization");
    return authorization.replaceFirst(".*Credential=(.*)/\\d{8}/.*", "$1");
  }

  @Test
  void staticKeysSignForTheRegionThatIsSet() throws Exception {
    RecordingS3.Request request = signedPut("s3.region", "eu-north-1");
    assertThat(accessKey(request)).isEqualTo(TestS3.ACCESS_KEY);
    assertThat(request.header("authorization")).contains("/eu-north-1/s3/");
  }

  @Test
  void aProviderIsConfiguredByTheProvidersProperties() throws Exception {
    RecordingS3.Request request =
        signedPut(
            "s3.credentials.provider.class",
            Configured.class.getName(),
            "s3.credentials.provider.vault.path",
            "kv");
    assertThat(accessKey(request)).isEqualTo("kv/" + TestS3.ACCESS_KEY);
  }

  @ParameterizedTest
  @ValueSource(classes = {Plain.class, Created.class})
  void aProviderIsMadeUnlessThereAreKeys(Class<?> type) throws Exception {
    String name = type.getName();
    RecordingS3.Request request =
        signedPut(
            "s3.credentials.provider.class", name,
            "aws.access.key.id", null,
            "aws.secret.access.key", null);
    assertThat(accessKey(request))
        .isEqualTo(type.getSimpleName().toLowerCase(java.util.Locale.ROOT));
    recording.forget();
    assertThat(accessKey(signedPut("s3.credentials.provider.class", name)))
        .isEqualTo(TestS3.ACCESS_KEY);
  }

  @Test
  void theSdksOwnProviderIsMade() {
    assertThat(
            CredentialsProviders.create(
                S3SinkConfig.parse(
                        properties(
                            "s3.credentials.provider.class",
                            "software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider",
                            "aws.access.key.id",
                            null,
                            "aws.secret.access.key",
                            null))
                    .store()
                    .credentials()))
        .isInstanceOf(
            software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider.class);
  }

  @ParameterizedTest
  @CsvSource({
    "com.amazonaws.auth.DefaultAWSCredentialsProviderChain, use software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider",
    "com.amazonaws.auth.STSAssumeRoleSessionCredentialsProvider, use io.freshet.connect.s3.AssumeRoleCredentialsProvider",
    "com.amazonaws.auth.Other, use a class that implements software.amazon.awssdk",
    "no.such.Provider, can't be loaded; put its jar into the folder of this plugin",
    "java.lang.String, must implement software.amazon.awssdk.auth.credentials.AwsCredentialsProvider"
  })
  void aClassThatCantBeIsNamedWithTheFix(String name, String fix) {
    Map<String, List<String>> errors = errors("s3.credentials.provider.class", name);
    assertThat(errors).containsOnlyKeys("s3.credentials.provider.class");
    assertThat(errors.toString()).contains(name, fix);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "io.freshet.connect.s3.AssumeRoleCredentialsProvider",
        "io.confluent.connect.s3.auth.AwsAssumeRoleCredentialsProvider"
      })
  void aRoleIsAssumedWithTheStaticKeys(String provider) throws Exception {
    RecordingS3.Request request =
        signedPut(
            "s3.credentials.provider.class",
            provider.isEmpty() ? null : provider,
            "s3.credentials.provider.sts.role.arn",
            ARN,
            "s3.credentials.provider.sts.role.session.name",
            "nightly",
            "s3.credentials.provider.sts.role.external.id",
            "customer-7",
            "s3.credentials.provider.sts.region",
            "eu-west-2",
            "s3.credentials.provider.sts.endpoint",
            stsUrl());
    assertThat(accessKey(request)).isEqualTo("ASSUMED");
    assertThat(request.header("x-amz-security-token")).isEqualTo("the-session");
    assertThat(asked)
        .singleElement()
        .asString()
        .contains(
            "Credential=" + TestS3.ACCESS_KEY + "/",
            "/eu-west-2/sts/",
            "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Flake",
            "RoleSessionName=nightly",
            "ExternalId=customer-7");
  }

  @Test
  void aRoleThatIsMissingIsNamed() {
    assertThat(
            errors("s3.credentials.provider.class", AssumeRoleCredentialsProvider.class.getName()))
        .containsOnlyKeys("s3.credentials.provider.sts.role.arn");
  }

  @Test
  void aRoleThatIsRefusedIsNamedAndFailsTheTask() {
    status = 403;
    refusal = "AccessDenied";
    String[] role = {
      "s3.credentials.provider.sts.role.arn", ARN, "s3.credentials.provider.sts.endpoint", stsUrl()
    };
    Map<String, List<String>> errors = errors(role);
    assertThat(errors).containsOnlyKeys("s3.credentials.provider.sts.role.arn");
    assertThat(errors.toString()).contains("the role can't be assumed: HTTP 403 AccessDenied");
    try (S3ObjectStore store = store(role)) {
      assertThatThrownBy(() -> put(store, 10))
          .isInstanceOf(ConnectException.class)
          .isNotInstanceOf(RetriableException.class)
          .hasMessageContaining("AccessDenied");
    }
  }

  @Test
  void anStsThatFailsForTheMomentAsksForPatience() {
    status = 503;
    refusal = "ServiceUnavailable";
    try (S3ObjectStore store =
        store(
            "s3.credentials.provider.sts.role.arn",
            ARN,
            "s3.credentials.provider.sts.endpoint",
            stsUrl())) {
      assertThatThrownBy(() -> put(store, 10)).isInstanceOf(RetriableException.class);
    }
  }

  @Test
  void settingsOfAProviderAreNoPartOfAText() {
    assertThat(
            S3SinkConfig.parse(
                    properties(
                        "s3.credentials.provider.class",
                        Configured.class.getName(),
                        "s3.credentials.provider.vault.token",
                        "vaultsecret"))
                .toString())
        .contains("vault.token")
        .doesNotContain("vaultsecret")
        .doesNotContain(TestS3.SECRET_KEY);
  }
}
