package io.freshet.connect.s3;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.apache.kafka.common.config.types.Password;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** How the store encrypts the objects. */
sealed interface Encryption {
  /** As the bucket's own default says. */
  record BucketDefault() implements Encryption {}

  /** With keys that S3 keeps itself: SSE-S3. */
  record StoreKey() implements Encryption {}

  /**
   * With a key of AWS KMS: SSE-KMS, or DSSE-KMS in two layers.
   *
   * @param keyId absent: the account's own {@code aws/s3} key
   */
  record Kms(boolean twoLayers, Optional<String> keyId) implements Encryption {}

  /**
   * With a key that goes along with every request: SSE-C.
   *
   * @param base64 256 bits, in Base64
   */
  record CustomerKey(Password base64) implements Encryption {
    /** What S3 calls the algorithm; there is no other. */
    static final String ALGORITHM = "AES256";

    static final int KEY_BYTES = 32;

    /** Digest of the key that S3 asks for beside it, in Base64. */
    String md5() {
      try {
        byte[] key = Base64.getDecoder().decode(base64.value());
        return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(key));
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException("every Java platform has MD5", impossible);
      }
    }
  }

  /** The request header's value, if there is to be one. */
  default Optional<ServerSideEncryption> algorithm() {
    if (this instanceof StoreKey) {
      return Optional.of(ServerSideEncryption.AES256);
    }
    if (this instanceof Kms kms) {
      return Optional.of(
          kms.twoLayers() ? ServerSideEncryption.AWS_KMS_DSSE : ServerSideEncryption.AWS_KMS);
    }
    return Optional.empty();
  }

  default Optional<String> kmsKeyId() {
    return this instanceof Kms kms ? kms.keyId() : Optional.empty();
  }

  default Optional<CustomerKey> customerKey() {
    return this instanceof CustomerKey key ? Optional.of(key) : Optional.empty();
  }
}
