package io.freshet.local.service;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Apicurio Registry, its artifacts kept in an H2 database in the data directory. */
final class RegistryService extends EmbeddedService {

  RegistryService(ServiceContext context) {
    super(Part.REGISTRY, context);
  }

  @Override
  public Map<String, Object> endpoint() {
    return Map.of("url", url());
  }

  String url() {
    return "http://" + context().address(PortName.REGISTRY);
  }

  @Override
  public Health health() {
    return Probe.http(url() + "/health/ready", status -> status == 200);
  }

  @Override
  Launch launch() throws IOException {
    // H2 acknowledges a commit before it is written unless its write delay is zero; a schema id
    // given out and then forgotten would be given to another schema.
    String database = "jdbc:h2:file:" + home().resolve("registry") + ";WRITE_DELAY=0";
    List<String> command =
        context()
            .javaCommand(
                Part.REGISTRY,
                runner(),
                "256m",
                ServiceContext.QUICK_START,
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dquarkus.http.host=" + ServiceContext.HOST,
                "-Dquarkus.http.port=" + context().port(PortName.REGISTRY),
                "-Dquarkus.datasource.jdbc.url=" + database,
                "-Dquarkus.datasource.jdbc.initial-size=2",
                "-Dquarkus.datasource.jdbc.min-size=2",
                "-Dquarkus.datasource.jdbc.max-size=20",
                "-Dquarkus.log.level=WARN",
                "-Dquarkus.log.category.\"io.apicurio\".level=WARN");
    command.add("io.quarkus.runner.GeneratedMain");
    return new Launch(command, Map.of(), Map.of(), "", home());
  }

  private Path runner() throws IOException {
    Path folder = context().distribution().registry();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*-runner.jar")) {
        for (Path jar : jars) {
          return jar;
        }
      }
    }
    throw new StackException(folder + " holds no registry; build it with mvn package");
  }
}
