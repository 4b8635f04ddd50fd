package io.freshet.connect.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.types.Password;

/**
 * How the S3 client talks to the store.
 *
 * @param proxy absent: what the JVM's system properties and environment say
 * @param accelerate whether AWS' transfer acceleration is used
 * @param expectContinue whether an upload's body waits for the store's consent
 * @param retries further attempts after a request's first one
 * @param backoff ceiling of the random wait before the first of them; doubles with each
 * @param requestTimeout what one attempt may take
 */
record ClientOptions(
    Optional<Proxy> proxy,
    boolean accelerate,
    boolean expectContinue,
    int retries,
    Duration backoff,
    Duration requestTimeout) {

  static final String PROXY_URL = "s3.proxy.url";
  static final String PROXY_USER = "s3.proxy.user";
  static final String PROXY_PASSWORD = "s3.proxy.password";
  static final String WAN_MODE = "s3.wan.mode";
  static final String EXPECT_CONTINUE = "s3.http.send.expect.continue";
  static final String RETRIES = "s3.part.retries";
  static final String BACKOFF = "s3.retry.backoff.ms";
  static final String REQUEST_TIMEOUT = "s3.request.timeout.ms";

  /** No wait between two attempts is longer, unless {@link #BACKOFF} itself is. */
  static final Duration MAX_BACKOFF = Duration.ofSeconds(20);

  /**
   * An HTTP proxy.
   *
   * @param user absent: it asks for none
   */
  record Proxy(URI url, Optional<String> user, Password password) {}

  static void define(ConfigDef def) {
    new PropertyGroup(def, "Client", 0)
        .add(
            PROXY_URL,
            Type.STRING,
            "",
            null,
            Importance.LOW,
            "HTTP proxy to reach S3 through, such as http://proxy.example.com:3128. Default: what the"
                + " worker's system properties and environment say.")
        .add(PROXY_USER, Type.STRING, "", null, Importance.LOW, "User at the proxy.")
        .add(PROXY_PASSWORD, Type.PASSWORD, "", null, Importance.LOW, "Password of that user.")
        .add(
            WAN_MODE,
            Type.BOOLEAN,
            false,
            null,
            Importance.MEDIUM,
            "Whether AWS' transfer acceleration is used, which must be on for the bucket. The"
                + " bucket's name then stands in the host name.")
        .add(
            EXPECT_CONTINUE,
            Type.BOOLEAN,
            true,
            null,
            Importance.LOW,
            "Whether an upload waits for the store's 100 (Continue) before it sends its body.")
        .add(
            RETRIES,
            Type.INT,
            3,
            ConfigDef.Range.atLeast(0),
            Importance.MEDIUM,
            "How often any request to S3 that was throttled, or failed for the moment, is tried again"
                + " at once. After that the task keeps its records and tries again after "
                + ErrorOptions.RETRY_BACKOFF
                + ".")
        .add(
            BACKOFF,
            Type.LONG,
            200L,
            ConfigDef.Range.atLeast(0),
            Importance.LOW,
            "Milliseconds that the first of these retries waits at most. The limit doubles with each"
                + " one, up to 20 seconds; the wait is drawn at random below it.")
        .add(
            REQUEST_TIMEOUT,
            Type.LONG,
            60_000L,
            ConfigDef.Range.atLeast(1),
            Importance.LOW,
            "Milliseconds that one attempt of a request may take, its body included: a part of "
                + UploadOptions.PART_SIZE
                + " must get through in it.");
  }

  /**
   * @throws InvalidPropertyException if the properties contradict each other
   */
  static ClientOptions from(AbstractConfig config) {
    return new ClientOptions(
        proxy(config),
        config.getBoolean(WAN_MODE),
        config.getBoolean(EXPECT_CONTINUE),
        config.getInt(RETRIES),
        Duration.ofMillis(config.getLong(BACKOFF)),
        Duration.ofMillis(config.getLong(REQUEST_TIMEOUT)));
  }

  /** The same, for a question that a user waits for. */
  ClientOptions impatient() {
    Duration shorter =
        backoff.compareTo(Duration.ofMillis(200)) < 0 ? backoff : Duration.ofMillis(200);
    Duration timeout = Duration.ofSeconds(10);
    return new ClientOptions(
        proxy,
        accelerate,
        expectContinue,
        Math.min(retries, 3),
        shorter,
        requestTimeout.compareTo(timeout) < 0 ? requestTimeout : timeout);
  }

  private static Optional<Proxy> proxy(AbstractConfig config) {
    String url = config.getString(PROXY_URL);
    String user = config.getString(PROXY_USER);
    Password password = config.getPassword(PROXY_PASSWORD);
    if (url.isBlank()) {
      if (!user.isBlank() || !password.value().isBlank()) {
        throw new InvalidPropertyException(
            PROXY_URL, PROXY_URL + " is missing, which the proxy's user is for; set it");
      }
      return Optional.empty();
    }
    if (user.isBlank() != password.value().isBlank()) {
      throw new InvalidPropertyException(
          user.isBlank() ? PROXY_USER : PROXY_PASSWORD,
          "set both %s and %s, or neither".formatted(PROXY_USER, PROXY_PASSWORD));
    }
    return Optional.of(
        new Proxy(
            Checks.webUrl(PROXY_URL, url, PROXY_USER + " and " + PROXY_PASSWORD),
            user.isBlank() ? Optional.empty() : Optional.of(user),
            password));
  }
}
