package io.freshet.local.service;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The six services, each knowing the others' endpoints that it needs. */
final class Services {
  private final ServiceContext context;
  private final Map<Part, EmbeddedService> services = new EnumMap<>(Part.class);

  Services(ServiceContext context) {
    this.context = context;
    S3Service s3 = new S3Service(context);
    for (EmbeddedService service :
        List.of(
            new PostgresService(context),
            new KafkaService(context),
            new ConnectService(context, connectorEndpoints()),
            new RegistryService(context),
            s3,
            new MetastoreService(context, s3.url()))) {
      services.put(service.part(), service);
    }
  }

  ServiceContext context() {
    return context;
  }

  List<EmbeddedService> all() {
    return List.copyOf(services.values());
  }

  EmbeddedService get(Part part) {
    return services.get(part);
  }

  Set<Part> running() {
    return services.values().stream()
        .filter(EmbeddedService::isRunning)
        .map(EmbeddedService::part)
        .collect(Collectors.toSet());
  }

  /** Endpoints for placeholders in connector configs; no secret among them. */
  private Map<String, String> connectorEndpoints() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("FRESHET_POSTGRES_HOST", ServiceContext.HOST);
    variables.put("FRESHET_POSTGRES_PORT", Integer.toString(context.port(PortName.POSTGRES)));
    variables.put("FRESHET_POSTGRES_DATABASE", PostgresService.DATABASE);
    variables.put("FRESHET_POSTGRES_USER", PostgresService.USER);
    variables.put("FRESHET_KAFKA_BOOTSTRAP_SERVERS", context.address(PortName.KAFKA));
    variables.put("FRESHET_REGISTRY_URL", "http://" + context.address(PortName.REGISTRY));
    variables.put("FRESHET_S3_ENDPOINT", "http://" + context.address(PortName.S3));
    variables.put("FRESHET_S3_BUCKET", S3Service.BUCKET);
    variables.put("FRESHET_S3_REGION", S3Service.REGION);
    return variables;
  }

  /** Endpoints and credentials for a program that uses the whole stack. */
  Map<String, String> environment() {
    Map<String, String> variables = connectorEndpoints();
    variables.put("FRESHET_CONNECT_URL", "http://" + context.address(PortName.CONNECT));
    variables.put("FRESHET_METASTORE_URI", "thrift://" + context.address(PortName.METASTORE));
    variables.put("FRESHET_POSTGRES_PASSWORD", context.secrets().postgresPassword());
    variables.putAll(context.awsCredentials());
    return variables;
  }
}
