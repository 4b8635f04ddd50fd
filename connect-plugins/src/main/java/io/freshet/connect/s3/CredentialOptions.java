package io.freshet.connect.s3;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.types.Password;

/**
 * Who the connector is to the store.
 *
 * @param keys static keys; absent: what the provider says
 * @param providerClass name of an {@code AwsCredentialsProvider}; absent: the SDK's default chain
 * @param settings what a {@code Configurable} provider is configured with; may hold secrets
 */
record CredentialOptions(
    Optional<Keys> keys, Optional<String> providerClass, Map<String, Object> settings) {

  static final String ACCESS_KEY = "aws.access.key.id";
  static final String SECRET_KEY = "aws.secret.access.key";
  static final String PREFIX = "s3.credentials.provider.";
  static final String PROVIDER_CLASS = PREFIX + "class";
  static final String ROLE_ARN = PREFIX + AssumeRoleCredentialsProvider.ROLE_ARN;

  /** The provider of Confluent's sink that ours stands in for, under the same property names. */
  private static final String CONFLUENT_ASSUME_ROLE =
      "io.confluent.connect.s3.auth.AwsAssumeRoleCredentialsProvider";

  /** Static keys. */
  record Keys(String accessKey, Password secretKey) {}

  static void define(ConfigDef def) {
    new PropertyGroup(def, "Credentials", 0)
        .add(
            ACCESS_KEY,
            Type.STRING,
            "",
            null,
            Importance.MEDIUM,
            "AWS access key. Default: what " + PROVIDER_CLASS + " provides.")
        .add(SECRET_KEY, Type.PASSWORD, "", null, Importance.MEDIUM, "AWS secret key.")
        .add(
            PROVIDER_CLASS,
            Type.STRING,
            null,
            Checks.that("class name of an AwsCredentialsProvider", CredentialsProviders::check),
            Importance.LOW,
            "Class that implements software.amazon.awssdk.auth.credentials.AwsCredentialsProvider, of"
                + " the AWS SDK for Java 2. One that implements Kafka's Configurable is given the"
                + " properties that begin with "
                + PREFIX
                + ", without that prefix, and the static keys; with any other class, static keys come"
                + " first. Default: the AWS SDK's chain (environment, system properties, web identity,"
                + " profile, container, instance).")
        .add(
            ROLE_ARN,
            Type.STRING,
            null,
            Checks.notBlank(),
            Importance.LOW,
            "ARN of a role to assume, with the static keys or the default chain. Sets "
                + PROVIDER_CLASS
                + " to "
                + AssumeRoleCredentialsProvider.class.getName()
                + ".")
        .add(
            PREFIX + AssumeRoleCredentialsProvider.SESSION_NAME,
            Type.STRING,
            AssumeRoleCredentialsProvider.DEFAULT_SESSION_NAME,
            Checks.notBlank(),
            Importance.LOW,
            "Name of the assumed role's session, as it stands in the store's logs.")
        .add(
            PREFIX + AssumeRoleCredentialsProvider.EXTERNAL_ID,
            Type.STRING,
            null,
            null,
            Importance.LOW,
            "External id that the role's trust policy asks for. Default: none.")
        .add(
            PREFIX + AssumeRoleCredentialsProvider.REGION,
            Type.STRING,
            null,
            Checks.notBlank(),
            Importance.LOW,
            "Region of the STS that is asked for the role. Default: " + StoreOptions.REGION + ".")
        .add(
            PREFIX + AssumeRoleCredentialsProvider.ENDPOINT,
            Type.STRING,
            null,
            null,
            Importance.LOW,
            "URL of an STS-compatible service to ask for the role instead of AWS.");
  }

  /**
   * @throws InvalidPropertyException if the properties contradict each other
   */
  static CredentialOptions from(AbstractConfig config) {
    String accessKey = config.getString(ACCESS_KEY);
    Password secretKey = config.getPassword(SECRET_KEY);
    if (accessKey.isBlank() != secretKey.value().isBlank()) {
      String missing = accessKey.isBlank() ? ACCESS_KEY : SECRET_KEY;
      throw new InvalidPropertyException(
          missing, missing + " is missing; set both halves of the credentials, or neither");
    }
    Map<String, Object> settings = new HashMap<>(config.originalsWithPrefix(PREFIX));
    settings.remove(PROVIDER_CLASS.substring(PREFIX.length()));
    if (!accessKey.isBlank()) {
      settings.put(ACCESS_KEY, accessKey);
      settings.put(SECRET_KEY, secretKey.value());
    }
    String region = config.getString(StoreOptions.REGION);
    if (region != null) {
      settings.putIfAbsent(AssumeRoleCredentialsProvider.REGION, region);
    }
    CredentialOptions options =
        new CredentialOptions(
            accessKey.isBlank() ? Optional.empty() : Optional.of(new Keys(accessKey, secretKey)),
            providerClass(config),
            Map.copyOf(settings));
    if (options.assumesRole() && config.getString(ROLE_ARN) == null) {
      throw new InvalidPropertyException(
          ROLE_ARN, ROLE_ARN + " is missing, which is the role to assume; set it");
    }
    return options;
  }

  private static Optional<String> providerClass(AbstractConfig config) {
    String name = config.getString(PROVIDER_CLASS);
    if (name == null || name.isBlank()) {
      return config.getString(ROLE_ARN) == null
          ? Optional.empty()
          : Optional.of(AssumeRoleCredentialsProvider.class.getName());
    }
    return Optional.of(standIn(name.strip()));
  }

  /** The class that takes the place of one of Confluent's. */
  static String standIn(String name) {
    return name.equals(CONFLUENT_ASSUME_ROLE)
        ? AssumeRoleCredentialsProvider.class.getName()
        : name;
  }

  boolean assumesRole() {
    return providerClass.filter(AssumeRoleCredentialsProvider.class.getName()::equals).isPresent();
  }

  /** Without the settings' values, which may be secrets. */
  @Override
  public String toString() {
    return "CredentialOptions[keys=%s, providerClass=%s, settings=%s]"
        .formatted(keys, providerClass, settings.keySet());
  }
}
