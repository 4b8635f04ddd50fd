package io.freshet.connect.s3;

import java.net.URI;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * Where the landing log lies and how it is reached.
 *
 * @param bucket bucket name
 * @param region AWS region; absent: the SDK's own look-up, or {@code us-east-1} with an endpoint
 * @param endpoint endpoint of an S3-compatible store; absent: AWS
 * @param pathStyle whether the bucket stands in the URL's path rather than in its host name
 * @param partBytes size of an upload's parts; a larger object is uploaded in parts
 * @param credentials static credentials; absent: the SDK's default chain
 * @param topicsDir folder of the landing log in the bucket
 */
record StoreOptions(
    String bucket,
    Optional<String> region,
    Optional<URI> endpoint,
    boolean pathStyle,
    int partBytes,
    Optional<Credentials> credentials,
    String topicsDir) {

  static final String BUCKET = "s3.bucket.name";
  static final String REGION = "s3.region";
  static final String ENDPOINT = "store.url";
  static final String PATH_STYLE = "s3.path.style.access.enabled";
  static final String PART_SIZE = "s3.part.size";
  static final String ACCESS_KEY = "aws.access.key.id";
  static final String SECRET_KEY = "aws.secret.access.key";
  static final String TOPICS_DIR = "topics.dir";

  private static final int MIN_PART_BYTES = 5 * 1024 * 1024;
  private static final String GROUP = "Store";

  /** Static credentials. */
  record Credentials(String accessKey, Password secretKey) {}

  static void define(ConfigDef def) {
    int order = 0;
    def.define(
        BUCKET,
        Type.STRING,
        ConfigDef.NO_DEFAULT_VALUE,
        Checks.notBlank(),
        Importance.HIGH,
        "The bucket of the landing log.",
        GROUP,
        ++order,
        Width.MEDIUM,
        BUCKET);
    def.define(
        REGION,
        Type.STRING,
        null,
        Checks.notBlank(),
        Importance.MEDIUM,
        "AWS region of the bucket. Default: the AWS SDK's own look-up, or us-east-1 with store.url.",
        GROUP,
        ++order,
        Width.SHORT,
        REGION);
    def.define(
        ENDPOINT,
        Type.STRING,
        null,
        Checks.that("http or https URL", StoreOptions::endpoint),
        Importance.MEDIUM,
        "Endpoint of an S3-compatible store, such as http://127.0.0.1:9000.",
        GROUP,
        ++order,
        Width.MEDIUM,
        ENDPOINT);
    def.define(
        PATH_STYLE,
        Type.BOOLEAN,
        true,
        Importance.LOW,
        "Whether the bucket's name stands in the URL's path instead of its host name.",
        GROUP,
        ++order,
        Width.SHORT,
        PATH_STYLE);
    def.define(
        PART_SIZE,
        Type.INT,
        25 * 1024 * 1024,
        ConfigDef.Range.atLeast(MIN_PART_BYTES),
        Importance.MEDIUM,
        "Bytes of an upload's parts. A file up to this size is uploaded with one PUT, a larger one in"
            + " parts.",
        GROUP,
        ++order,
        Width.SHORT,
        PART_SIZE);
    def.define(
        ACCESS_KEY,
        Type.STRING,
        "",
        Importance.MEDIUM,
        "AWS access key. Default: the AWS SDK's credentials chain.",
        GROUP,
        ++order,
        Width.MEDIUM,
        ACCESS_KEY);
    def.define(
        SECRET_KEY,
        Type.PASSWORD,
        "",
        Importance.MEDIUM,
        "AWS secret key. Default: the AWS SDK's credentials chain.",
        GROUP,
        ++order,
        Width.MEDIUM,
        SECRET_KEY);
    def.define(
        TOPICS_DIR,
        Type.STRING,
        "topics",
        Checks.that("path without slashes at its ends", StoreOptions::checkFolder),
        Importance.MEDIUM,
        "Folder of the landing log in the bucket.",
        GROUP,
        ++order,
        Width.MEDIUM,
        TOPICS_DIR);
  }

  /**
   * @throws ConfigException if the properties contradict each other
   */
  static StoreOptions from(AbstractConfig config) {
    String accessKey = config.getString(ACCESS_KEY);
    Password secretKey = config.getPassword(SECRET_KEY);
    if (accessKey.isBlank() != secretKey.value().isBlank()) {
      String missing = accessKey.isBlank() ? ACCESS_KEY : SECRET_KEY;
      throw new ConfigException(
          missing + " is missing; set both halves of the credentials, or neither");
    }
    return new StoreOptions(
        config.getString(BUCKET),
        Optional.ofNullable(config.getString(REGION)),
        Optional.ofNullable(config.getString(ENDPOINT)).map(StoreOptions::endpoint),
        config.getBoolean(PATH_STYLE),
        config.getInt(PART_SIZE),
        accessKey.isBlank() ? Optional.empty() : Optional.of(new Credentials(accessKey, secretKey)),
        config.getString(TOPICS_DIR));
  }

  /** The store's address for an error's text. */
  String address() {
    return endpoint.map(URI::toString).orElse("AWS S3");
  }

  private static URI endpoint(String url) {
    URI uri = URI.create(url);
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!web || uri.getHost() == null || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "must be an http or https URL without a user name, such as http://127.0.0.1:9000");
    }
    return uri;
  }

  private static void checkFolder(String folder) {
    if (folder.startsWith("/") || folder.endsWith("/") || folder.contains("//")) {
      throw new IllegalArgumentException(
          "must not begin or end with a slash, nor have an empty part");
    }
  }
}
