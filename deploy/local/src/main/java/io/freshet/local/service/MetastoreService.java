package io.freshet.local.service;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The Hive metastore, on Spark's class path. */
final class MetastoreService extends EmbeddedService {
  private static final String MAIN = "io.freshet.metastore.HiveMetastoreServer";

  private final String s3Endpoint;

  MetastoreService(ServiceContext context, String s3Endpoint) {
    super(Part.METASTORE, context);
    this.s3Endpoint = s3Endpoint;
  }

  @Override
  public Map<String, Object> endpoint() {
    return Map.of("uri", uri());
  }

  String uri() {
    return "thrift://" + context().address(PortName.METASTORE);
  }

  @Override
  public Health health() {
    return Probe.metastore(context().port(PortName.METASTORE));
  }

  @Override
  Launch launch() throws IOException {
    List<String> command =
        context()
            .javaCommand(
                Part.METASTORE,
                context().distribution().sparkClassPath(),
                "512m",
                ServiceContext.QUICK_START,
                "--add-opens=java.base/java.net=ALL-UNNAMED",
                "-Dderby.stream.error.file=" + home().resolve("derby.log"),
                "-Dlog4j2.configurationFile=classpath:metastore-log4j2.xml");
    command.addAll(
        List.of(
            MAIN,
            "--port",
            Integer.toString(context().port(PortName.METASTORE)),
            "--directory",
            home().toString(),
            "--warehouse",
            "s3a://" + S3Service.BUCKET + "/warehouse",
            "--s3-endpoint",
            s3Endpoint,
            "--s3-region",
            S3Service.REGION));
    return new Launch(command, Map.of(), context().awsCredentials(), "", home());
  }
}
