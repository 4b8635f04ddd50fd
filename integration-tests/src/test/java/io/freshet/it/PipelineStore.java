package io.freshet.it;

import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The pipeline's S3 server, for a look at what is in it. */
final class PipelineStore {
  private PipelineStore() {}

  static S3Client client(Pipeline pipeline) {
    return client(pipeline.environment());
  }

  /**
   * @param environment where the store is, and its keys
   */
  static S3Client client(Map<String, String> environment) {
    return S3Client.builder()
        .httpClientBuilder(Apache5HttpClient.builder())
        .endpointOverride(URI.create(environment.get("FRESHET_S3_ENDPOINT")))
        .region(Region.of(environment.get("FRESHET_S3_REGION")))
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    environment.get("AWS_ACCESS_KEY_ID"),
                    environment.get("AWS_SECRET_ACCESS_KEY"))))
        .build();
  }
}
