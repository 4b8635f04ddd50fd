package io.freshet.lake.source;

import java.net.URI;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** S3 reached as the tables are. */
public final class S3Clients {
  private S3Clients() {}

  /**
   * A client of its own, to be closed by the caller.
   *
   * @param hadoop endpoint, region, path style and keys are read from {@code fs.s3a.*}; absent keys
   *     mean AWS's default chain
   * @param interceptors told of its requests
   */
  public static S3Client of(Configuration hadoop, ExecutionInterceptor... interceptors) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(Apache5HttpClient.builder())
            .overrideConfiguration(o -> o.executionInterceptors(List.of(interceptors)))
            .credentialsProvider(credentials(hadoop))
            .forcePathStyle(hadoop.getBoolean("fs.s3a.path.style.access", false));
    String region = hadoop.getTrimmed("fs.s3a.endpoint.region", "");
    if (!region.isEmpty()) {
      builder.region(Region.of(region));
    }
    String endpoint = hadoop.getTrimmed("fs.s3a.endpoint", "");
    if (!endpoint.isEmpty()) {
      boolean tls = hadoop.getBoolean("fs.s3a.connection.ssl.enabled", true);
      builder.endpointOverride(
          URI.create(
              endpoint.contains("://") ? endpoint : (tls ? "https://" : "http://") + endpoint));
    }
    return builder.build();
  }

  private static AwsCredentialsProvider credentials(Configuration hadoop) {
    String id = hadoop.getTrimmed("fs.s3a.access.key", "");
    String secret = hadoop.getTrimmed("fs.s3a.secret.key", "");
    return id.isEmpty()
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret));
  }
}
