package io.freshet.local.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What every part is started with. */
record ServiceContext(DataDirectory data, Distribution distribution, Ports ports, Secrets secrets) {

  static final String HOST = "127.0.0.1";

  /** Compiles less well but sooner; for parts that don't carry the data. */
  static final String QUICK_START = "-XX:TieredStopAtLevel=1";

  static final String LOGGING = "-Dlog4j2.configurationFile=classpath:service-log4j2.xml";

  int port(PortName name) {
    return ports.get(name);
  }

  String address(PortName name) {
    return HOST + ":" + port(name);
  }

  /** The Java that runs this launcher runs the parts. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** An argument that no other process on this machine has. */
  String mark(Part part) {
    return "-Dfreshet.service=" + part.label() + "@" + data.root();
  }

  /** A Java command line as far as all services share it. */
  List<String> javaCommand(Part part, Path classPath, String heap, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                java(),
                mark(part),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.net.preferIPv4Stack=true",
                "-Djava.io.tmpdir=" + data.of(part).resolve("tmp")));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath.toString()));
    return command;
  }

  /** Credentials under the names that AWS's tools read. */
  Map<String, String> awsCredentials() {
    return Map.of(
        "AWS_ACCESS_KEY_ID", secrets.s3AccessKey(),
        "AWS_SECRET_ACCESS_KEY", secrets.s3SecretKey());
  }
}
