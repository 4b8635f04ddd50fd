package io.freshet.local.service;

import io.freshet.local.server.S3ServerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** S3Proxy over a folder: the S3 API with conditional writes, on files. */
final class S3Service extends EmbeddedService {
  static final String BUCKET = "lake";
  static final String REGION = "us-east-1";

  S3Service(ServiceContext context) {
    super(Part.S3, context);
  }

  @Override
  public Map<String, Object> endpoint() {
    Map<String, Object> endpoint = new LinkedHashMap<>();
    endpoint.put("endpoint", url());
    endpoint.put("bucket", BUCKET);
    endpoint.put("region", REGION);
    return endpoint;
  }

  String url() {
    return "http://" + context().address(PortName.S3);
  }

  /** An unsigned request is refused by a server that works; the bucket is a folder. */
  @Override
  public Health health() {
    if (!Files.isDirectory(objects().resolve(BUCKET))) {
      return Health.unhealthy("bucket " + BUCKET + " is missing");
    }
    return Probe.http(url() + "/" + BUCKET, status -> status == 403);
  }

  private Path objects() {
    return home().resolve("objects");
  }

  @Override
  Launch launch() throws IOException {
    Files.createDirectories(objects());
    Path settings = home().resolve("s3proxy.properties");
    PropertyFiles.write(
        settings,
        """
        s3proxy.endpoint=%s
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=%s
        s3proxy.credential=%s
        jclouds.provider=filesystem-nio2
        jclouds.filesystem.basedir=%s
        freshet.bucket=%s
        """
            .formatted(
                url(),
                context().secrets().s3AccessKey(),
                context().secrets().s3SecretKey(),
                objects(),
                BUCKET));
    Path classPath = context().distribution().servicesClassPath();
    List<String> command =
        context().javaCommand(Part.S3, classPath, "256m", ServiceContext.LOGGING);
    command.add(S3ServerMain.class.getName());
    command.add(settings.toString());
    return new Launch(command, Map.of(), Map.of(), url(), home());
  }
}
