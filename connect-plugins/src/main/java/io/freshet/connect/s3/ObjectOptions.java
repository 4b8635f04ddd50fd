package io.freshet.connect.s3;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.types.Password;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.StorageClass;

/**
 * What every object is given when it is put.
 *
 * @param encryption how the store encrypts it
 * @param acl absent: the bucket's owner alone
 * @param storageClass absent: the bucket's default
 * @param tagOffsets whether it is tagged with its offsets and its number of records
 * @param tags tags of every object
 */
record ObjectOptions(
    Encryption encryption,
    Optional<ObjectCannedACL> acl,
    Optional<StorageClass> storageClass,
    boolean tagOffsets,
    Map<String, String> tags) {

  static final String ENCRYPTION = "s3.ssea.name";
  static final String KMS_KEY_ID = "s3.sse.kms.key.id";
  static final String CUSTOMER_KEY = "s3.sse.customer.key";
  static final String ACL = "s3.acl.canned";
  static final String STORAGE_CLASS = "s3.storage.class";
  static final String TAGGING = "s3.object.tagging";
  static final String TAGGING_PAIRS = "s3.object.tagging.key.value.pairs";
  static final String TAGS = "s3.object.tags";

  /** Tags with Confluent's names. */
  static final String START_OFFSET = "startOffset";

  static final String END_OFFSET = "endOffset";
  static final String RECORD_COUNT = "recordCount";

  private static final List<String> OFFSET_TAGS = List.of(START_OFFSET, END_OFFSET, RECORD_COUNT);

  /** Storage classes that S3 lists objects with but takes none for. */
  private static final List<String> OTHER_SERVICES = List.of("AWS_BACKUP_", "FSX_");

  private static final int MAX_TAGS = 10;
  private static final int MAX_TAG_KEY = 128;
  private static final int MAX_TAG_VALUE = 256;

  private static final String STORE_KEY = "AES256";
  private static final String KMS = "aws:kms";
  private static final String KMS_TWO_LAYERS = "aws:kms:dsse";

  static void define(ConfigDef def) {
    new PropertyGroup(def, "Objects", 0)
        .add(
            ENCRYPTION,
            Type.STRING,
            "",
            ConfigDef.ValidString.in("", STORE_KEY, KMS, KMS_TWO_LAYERS),
            Importance.LOW,
            "Server-side encryption of the objects: AES256 (keys of S3; with "
                + CUSTOMER_KEY
                + ", the customer's), aws:kms, aws:kms:dsse. Default: the bucket's own.")
        .add(
            KMS_KEY_ID,
            Type.STRING,
            "",
            null,
            Importance.LOW,
            "Id or ARN of the AWS KMS key, for "
                + ENCRYPTION
                + "=aws:kms or aws:kms:dsse. Default: the account's aws/s3 key.")
        .add(
            CUSTOMER_KEY,
            Type.PASSWORD,
            "",
            null,
            Importance.LOW,
            "The customer's own key (SSE-C): 256 bits in Base64. Readers of the landing log need it"
                + " too.")
        .add(
            ACL,
            Type.STRING,
            null,
            Checks.oneOfExactly(
                ObjectCannedACL.knownValues().stream().map(ObjectCannedACL::toString)),
            Importance.LOW,
            "Canned ACL of the objects. Default: none, so that the bucket's owner alone may read"
                + " them.")
        .add(
            STORAGE_CLASS,
            Type.STRING,
            null,
            Checks.oneOfExactly(
                StorageClass.knownValues().stream()
                    .map(StorageClass::toString)
                    .filter(name -> OTHER_SERVICES.stream().noneMatch(name::startsWith))),
            Importance.LOW,
            "S3 storage class of the objects. Default: the bucket's own, STANDARD mostly.")
        .add(
            TAGGING,
            Type.BOOLEAN,
            false,
            null,
            Importance.LOW,
            "Whether each file is tagged with startOffset and endOffset (of its first and its last"
                + " record) and recordCount. The tags are part of the upload.")
        .add(
            TAGGING_PAIRS,
            Type.LIST,
            "",
            null,
            Importance.LOW,
            "With " + TAGGING + "=true, further tags: key:value, separated by commas.")
        .add(
            TAGS,
            Type.LIST,
            "",
            null,
            Importance.LOW,
            "Tags of every object, whatever "
                + TAGGING
                + " says: key=value, separated by commas. S3 allows ten tags altogether.");
  }

  /**
   * @throws InvalidPropertyException if the properties contradict each other
   */
  static ObjectOptions from(AbstractConfig config) {
    boolean tagOffsets = config.getBoolean(TAGGING);
    Map<String, String> tags = new LinkedHashMap<>();
    addTags(tags, TAGS, config.getList(TAGS), '=');
    if (tagOffsets) {
      addTags(tags, TAGGING_PAIRS, config.getList(TAGGING_PAIRS), ':');
      OFFSET_TAGS.stream()
          .filter(tags::containsKey)
          .forEach(
              taken -> {
                throw new InvalidPropertyException(
                    TAGS,
                    "tag '%s' is one of those that %s=true sets; name it differently"
                        .formatted(taken, TAGGING));
              });
    }
    int count = tags.size() + (tagOffsets ? OFFSET_TAGS.size() : 0);
    if (count > MAX_TAGS) {
      throw new InvalidPropertyException(
          TAGS, "an object would have %d tags; S3 allows %d".formatted(count, MAX_TAGS));
    }
    return new ObjectOptions(
        encryption(config),
        Optional.ofNullable(config.getString(ACL)).map(ObjectCannedACL::fromValue),
        Optional.ofNullable(config.getString(STORAGE_CLASS)).map(StorageClass::fromValue),
        tagOffsets,
        Map.copyOf(tags));
  }

  private static Encryption encryption(AbstractConfig config) {
    String name = config.getString(ENCRYPTION);
    String keyId = config.getString(KMS_KEY_ID).strip();
    Password customerKey = config.getPassword(CUSTOMER_KEY);
    boolean kms = name.startsWith(KMS);
    if (!keyId.isEmpty() && !kms) {
      throw new InvalidPropertyException(
          KMS_KEY_ID,
          "%s=%s needs %s=aws:kms or aws:kms:dsse; set that, or take the key out"
              .formatted(KMS_KEY_ID, keyId, ENCRYPTION));
    }
    if (customerKey.value().isBlank()) {
      return switch (name) {
        case "" -> new Encryption.BucketDefault();
        case STORE_KEY -> new Encryption.StoreKey();
        default ->
            new Encryption.Kms(
                name.equals(KMS_TWO_LAYERS),
                keyId.isEmpty() ? Optional.empty() : Optional.of(keyId));
      };
    }
    if (kms) {
      throw new InvalidPropertyException(
          CUSTOMER_KEY,
          "%s can't be used with %s=%s; an object has one encryption, so take one of them out"
              .formatted(CUSTOMER_KEY, ENCRYPTION, name));
    }
    checkCustomerKey(customerKey);
    return new Encryption.CustomerKey(customerKey);
  }

  /** Its value is a secret, which no message may hold. */
  private static void checkCustomerKey(Password key) {
    int bytes;
    try {
      bytes = Base64.getDecoder().decode(key.value()).length;
    } catch (IllegalArgumentException notBase64) {
      bytes = -1;
    }
    if (bytes != Encryption.CustomerKey.KEY_BYTES) {
      throw new InvalidPropertyException(
          CUSTOMER_KEY,
          "%s must be a key of 32 bytes in Base64, such as 'openssl rand -base64 32' makes; it is %s"
              .formatted(CUSTOMER_KEY, bytes < 0 ? "not Base64" : "of " + bytes + " bytes"));
    }
  }

  private static void addTags(
      Map<String, String> tags, String property, List<String> pairs, char separator) {
    for (String pair : pairs) {
      if (pair.isBlank()) {
        continue;
      }
      int at = pair.indexOf(separator);
      String key = at < 0 ? "" : pair.substring(0, at).strip();
      String value = at < 0 ? "" : pair.substring(at + 1).strip();
      if (key.isEmpty() || key.length() > MAX_TAG_KEY || value.length() > MAX_TAG_VALUE) {
        throw new InvalidPropertyException(
            property,
            "%s: '%s' is no tag; write key%cvalue, with at most %d and %d characters"
                .formatted(property, pair, separator, MAX_TAG_KEY, MAX_TAG_VALUE));
      }
      if (tags.put(key, value) != null) {
        throw new InvalidPropertyException(
            property, "%s: tag '%s' is given twice; take one out".formatted(property, key));
      }
    }
  }
}
