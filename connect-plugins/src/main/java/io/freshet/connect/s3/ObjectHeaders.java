package io.freshet.connect.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Puts the options of objects into requests. The SDK's request builders have no type in common; a
 * {@code null} leaves a header out.
 */
final class ObjectHeaders {
  private final ObjectOptions options;
  private final String customerAlgorithm;
  private final String customerKey;
  private final String customerKeyMd5;

  ObjectHeaders(ObjectOptions options) {
    this.options = options;
    Optional<Encryption.CustomerKey> key = options.encryption().customerKey();
    this.customerAlgorithm = key.map(k -> Encryption.CustomerKey.ALGORITHM).orElse(null);
    this.customerKey = key.map(k -> k.base64().value()).orElse(null);
    this.customerKeyMd5 = key.map(Encryption.CustomerKey::md5).orElse(null);
  }

  /**
   * @param tags the object's own tags, put if the options say so
   */
  PutObjectRequest.Builder on(PutObjectRequest.Builder request, Map<String, String> tags) {
    // An empty tagging would be sent as an empty header.
    tagging(tags).ifPresent(request::tagging);
    return request
        .serverSideEncryption(options.encryption().algorithm().orElse(null))
        .ssekmsKeyId(options.encryption().kmsKeyId().orElse(null))
        .sseCustomerAlgorithm(customerAlgorithm)
        .sseCustomerKey(customerKey)
        .sseCustomerKeyMD5(customerKeyMd5)
        .acl(options.acl().orElse(null))
        .storageClass(options.storageClass().orElse(null));
  }

  /**
   * @param tags the object's own tags, put if the options say so
   */
  CreateMultipartUploadRequest.Builder on(
      CreateMultipartUploadRequest.Builder request, Map<String, String> tags) {
    // An empty tagging would be sent as an empty header.
    tagging(tags).ifPresent(request::tagging);
    return request
        .serverSideEncryption(options.encryption().algorithm().orElse(null))
        .ssekmsKeyId(options.encryption().kmsKeyId().orElse(null))
        .sseCustomerAlgorithm(customerAlgorithm)
        .sseCustomerKey(customerKey)
        .sseCustomerKeyMD5(customerKeyMd5)
        .acl(options.acl().orElse(null))
        .storageClass(options.storageClass().orElse(null));
  }

  UploadPartRequest.Builder on(UploadPartRequest.Builder request) {
    return request
        .sseCustomerAlgorithm(customerAlgorithm)
        .sseCustomerKey(customerKey)
        .sseCustomerKeyMD5(customerKeyMd5);
  }

  CompleteMultipartUploadRequest.Builder on(CompleteMultipartUploadRequest.Builder request) {
    return request
        .sseCustomerAlgorithm(customerAlgorithm)
        .sseCustomerKey(customerKey)
        .sseCustomerKeyMD5(customerKeyMd5);
  }

  HeadObjectRequest.Builder on(HeadObjectRequest.Builder request) {
    return request
        .sseCustomerAlgorithm(customerAlgorithm)
        .sseCustomerKey(customerKey)
        .sseCustomerKeyMD5(customerKeyMd5);
  }

  private Optional<Tagging> tagging(Map<String, String> own) {
    List<Tag> tags = new ArrayList<>();
    options.tags().forEach((key, value) -> tags.add(tag(key, value)));
    if (options.tagOffsets()) {
      own.forEach((key, value) -> tags.add(tag(key, value)));
    }
    return tags.isEmpty() ? Optional.empty() : Optional.of(Tagging.builder().tagSet(tags).build());
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }
}
