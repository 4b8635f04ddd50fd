package io.freshet.connect.s3;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import software.amazon.awssdk.services.s3.model.StorageClass;

/**
 * Where the landing log lies and how it is reached.
 *
 * @param bucket bucket name
 * @param region AWS region; absent: the SDK's own look-up, or {@code us-east-1} with an endpoint
 * @param endpoint endpoint of an S3-compatible store; absent: AWS
 * @param pathStyle whether the bucket stands in the URL's path rather than in its host name
 * @param topicsDir folder of the landing log in the bucket
 * @param credentials who the connector is
 * @param client how the client talks
 * @param objects what every object is given
 * @param uploads how objects are uploaded
 */
record StoreOptions(
    String bucket,
    Optional<String> region,
    Optional<URI> endpoint,
    boolean pathStyle,
    String topicsDir,
    CredentialOptions credentials,
    ClientOptions client,
    ObjectOptions objects,
    UploadOptions uploads) {

  static final String BUCKET = "s3.bucket.name";
  static final String REGION = "s3.region";
  static final String ENDPOINT = "store.url";
  static final String PATH_STYLE = "s3.path.style.access.enabled";
  static final String TOPICS_DIR = "topics.dir";

  static void define(ConfigDef def) {
    new PropertyGroup(def, "Store", 0)
        .add(
            BUCKET,
            Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            Checks.notBlank(),
            Importance.HIGH,
            "The bucket of the landing log.")
        .add(
            REGION,
            Type.STRING,
            null,
            Checks.notBlank(),
            Importance.MEDIUM,
            "AWS region of the bucket. Default: the AWS SDK's own look-up, or us-east-1 with store.url.")
        .add(
            ENDPOINT,
            Type.STRING,
            null,
            null,
            Importance.MEDIUM,
            "Endpoint of an S3-compatible store, such as http://127.0.0.1:9000. Default: AWS.")
        .add(
            PATH_STYLE,
            Type.BOOLEAN,
            true,
            null,
            Importance.LOW,
            "Whether the bucket's name stands in the URL's path instead of its host name.")
        .add(
            TOPICS_DIR,
            Type.STRING,
            "topics",
            Checks.that("path without slashes at its ends", StoreOptions::checkFolder),
            Importance.MEDIUM,
            "Folder of the landing log in the bucket.");
    CredentialOptions.define(def);
    ObjectOptions.define(def);
    UploadOptions.define(def);
    ClientOptions.define(def);
  }

  /**
   * @throws ConfigException if the properties contradict each other
   */
  static StoreOptions from(AbstractConfig config) {
    Optional<URI> endpoint =
        Optional.ofNullable(config.getString(ENDPOINT))
            .filter(url -> !url.isBlank())
            .map(
                url ->
                    Checks.webUrl(
                        ENDPOINT,
                        url,
                        CredentialOptions.ACCESS_KEY + " and " + CredentialOptions.SECRET_KEY));
    ClientOptions client = ClientOptions.from(config);
    if (client.accelerate() && endpoint.isPresent()) {
      throw new InvalidPropertyException(
          ClientOptions.WAN_MODE,
          "%s=true is for AWS alone and can't be used with %s; take one of them out"
              .formatted(ClientOptions.WAN_MODE, ENDPOINT));
    }
    return new StoreOptions(
        config.getString(BUCKET),
        Optional.ofNullable(config.getString(REGION)),
        endpoint,
        config.getBoolean(PATH_STYLE),
        config.getString(TOPICS_DIR),
        CredentialOptions.from(config),
        client,
        ObjectOptions.from(config),
        UploadOptions.from(config));
  }

  /** Size of an upload's parts, and of the largest file that is uploaded with one PUT. */
  int partBytes() {
    return uploads.partBytes();
  }

  /** The store's address for an error's text. */
  String address() {
    return endpoint.map(URI::toString).orElse("AWS S3");
  }

  /** The same store, asked by a client that gives up soon. */
  StoreOptions impatient() {
    return new StoreOptions(
        bucket,
        region,
        endpoint,
        pathStyle,
        topicsDir,
        credentials,
        client.impatient(),
        objects,
        uploads);
  }

  /** What the user should know before the connector starts: one line each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (!uploads.conditional()) {
      warnings.add(
          UploadOptions.CONDITIONAL
              + "=false: nothing keeps two tasks that own a partition at the same time from"
              + " overwriting each other's files, which loses records or lands them twice; use it"
              + " only with a store that has no If-None-Match");
    }
    objects
        .storageClass()
        .filter(c -> c == StorageClass.GLACIER || c == StorageClass.DEEP_ARCHIVE)
        .ifPresent(
            archive ->
                warnings.add(
                    "%s=%s: landed files must be restored before anything can read them"
                        .formatted(ObjectOptions.STORAGE_CLASS, archive)));
    return warnings;
  }

  private static void checkFolder(String folder) {
    if (folder.startsWith("/") || folder.endsWith("/") || folder.contains("//")) {
      throw new IllegalArgumentException(
          "must not begin or end with a slash, nor have an empty part");
    }
  }
}
