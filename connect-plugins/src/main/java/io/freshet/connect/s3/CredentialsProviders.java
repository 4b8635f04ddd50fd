package io.freshet.connect.s3;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.config.ConfigException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Makes the credentials provider that the options name. */
final class CredentialsProviders {
  private static final String VERSION_1 = "com.amazonaws.";
  private static final String VERSION_2 = "software.amazon.awssdk.auth.credentials.";

  /** Providers of the SDK's first version whose successors have other names. */
  private static final Map<String, String> SUCCESSORS =
      Map.of(
          "DefaultAWSCredentialsProviderChain", "DefaultCredentialsProvider",
          "SystemPropertiesCredentialsProvider", "SystemPropertyCredentialsProvider",
          "WebIdentityTokenCredentialsProvider", "WebIdentityTokenFileCredentialsProvider",
          "EC2ContainerCredentialsProviderWrapper", "ContainerCredentialsProvider",
          "EnvironmentVariableCredentialsProvider", "EnvironmentVariableCredentialsProvider",
          "InstanceProfileCredentialsProvider", "InstanceProfileCredentialsProvider",
          "ProfileCredentialsProvider", "ProfileCredentialsProvider");

  private CredentialsProviders() {}

  /**
   * @throws InvalidPropertyException if the provider can't be made, or refuses its settings
   */
  static AwsCredentialsProvider create(CredentialOptions options) {
    if (options.providerClass().isEmpty()) {
      return options
          .keys()
          .map(CredentialsProviders::fixed)
          .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    }
    String name = options.providerClass().get();
    try {
      Class<? extends AwsCredentialsProvider> type = find(name);
      if (options.keys().isPresent() && !Configurable.class.isAssignableFrom(type)) {
        return fixed(options.keys().get());
      }
      AwsCredentialsProvider provider = make(type);
      if (provider instanceof Configurable configurable) {
        configurable.configure(options.settings());
      }
      return provider;
    } catch (IllegalArgumentException unusable) {
      throw new InvalidPropertyException(
          CredentialOptions.PROVIDER_CLASS,
          "%s=%s %s".formatted(CredentialOptions.PROVIDER_CLASS, name, unusable.getMessage()));
    } catch (InvalidPropertyException refused) {
      throw refused;
    } catch (ConfigException refused) {
      throw new InvalidPropertyException(
          CredentialOptions.PROVIDER_CLASS,
          "%s=%s refuses its settings: %s"
              .formatted(CredentialOptions.PROVIDER_CLASS, name, refused.getMessage()));
    }
  }

  /** Validates a class name without making the provider. */
  static void check(String name) {
    if (!name.isBlank()) {
      find(CredentialOptions.standIn(name.strip()));
    }
  }

  private static AwsCredentialsProvider fixed(CredentialOptions.Keys keys) {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(keys.accessKey(), keys.secretKey().value()));
  }

  private static Class<? extends AwsCredentialsProvider> find(String name) {
    if (name.startsWith(VERSION_1)) {
      throw new IllegalArgumentException(
          "is of the AWS SDK for Java 1; " + successor(name.substring(name.lastIndexOf('.') + 1)));
    }
    Class<?> found;
    try {
      found = Class.forName(name, false, CredentialsProviders.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError missing) {
      throw new IllegalArgumentException(
          "can't be loaded; put its jar into the folder of this plugin, or correct the name");
    }
    if (isOfVersion1(found)) {
      throw new IllegalArgumentException(
          "implements the AWS SDK for Java 1; port it to "
              + AwsCredentialsProvider.class.getName());
    }
    if (!AwsCredentialsProvider.class.isAssignableFrom(found)) {
      throw new IllegalArgumentException(
          "must implement " + AwsCredentialsProvider.class.getName());
    }
    return found.asSubclass(AwsCredentialsProvider.class);
  }

  private static String successor(String simpleName) {
    String successor = SUCCESSORS.get(simpleName);
    if (successor != null) {
      return "use " + VERSION_2 + successor;
    }
    return simpleName.startsWith("STSAssumeRole")
        ? "use " + AssumeRoleCredentialsProvider.class.getName()
        : "use a class that implements " + AwsCredentialsProvider.class.getName();
  }

  private static boolean isOfVersion1(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Class<?> face : at.getInterfaces()) {
        if (face.getName().startsWith(VERSION_1)) {
          return true;
        }
      }
    }
    return false;
  }

  /** By its public constructor, or as the SDK's own providers are made: with {@code create()}. */
  private static AwsCredentialsProvider make(Class<? extends AwsCredentialsProvider> type) {
    try {
      for (Constructor<?> constructor : type.getConstructors()) {
        if (constructor.getParameterCount() == 0) {
          return type.cast(constructor.newInstance());
        }
      }
      Method create = type.getMethod("create");
      if (Modifier.isStatic(create.getModifiers())) {
        return type.cast(create.invoke(null));
      }
      throw new IllegalArgumentException("has no public constructor without parameters; add one");
    } catch (NoSuchMethodException none) {
      throw new IllegalArgumentException("has no public constructor without parameters; add one");
    } catch (InvocationTargetException failed) {
      throw new IllegalArgumentException("can't be made: " + failed.getCause());
    } catch (ReflectiveOperationException failed) {
      throw new IllegalArgumentException("can't be made: " + failed);
    }
  }
}
