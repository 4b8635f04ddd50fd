package io.freshet.lake.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.MetricsConfig;
import io.freshet.lake.job.StoredStatus;
import io.freshet.lake.metrics.LoadJson;
import io.freshet.lake.metrics.StatusAddress;
import io.freshet.lake.metrics.StatusClient;
import io.freshet.lake.metrics.StatusJson;
import io.freshet.lake.metrics.StatusText;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a running job how its tables do, or reads it from the tables themselves. */
@Command(
    name = "status",
    description = {
      "Show how each table does: what a running ingest says of it, else what the tables' own"
          + " commits and the source say.",
      "A running snapshot is shown beside it: its rows, bytes, rows a second and what is left.",
      "Exits 1 if a table does not advance or a topic makes no table."
    },
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Files files;

  /** Whose status it is. */
  static final class Files {
    @Option(
        names = "--config",
        required = true,
        paramLabel = "FILE",
        description = "The lake's YAML.")
    private Path config;

    @Option(
        names = "--copy",
        required = true,
        paramLabel = "FILE",
        description = "The YAML of a running snapshot --copy.")
    private Path copy;
  }

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where a job is asked that runs elsewhere, such as http://host:9404.")
  private URI url;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    if (files.copy != null) {
      JsonNode loads = loads(files.copy).orElseGet(LoadJson::none);
      print(json ? pretty(loads) : LoadJson.text(loads));
      return LoadJson.advances(loads) ? 0 : 1;
    }
    LakeConfig lake = ConfigOption.of(files.config).load();
    JsonNode status =
        running(lake.metrics())
            .orElseGet(
                () ->
                    StatusJson.of(
                        new StoredStatus(lake, LakeSession.hadoop(), Clock.systemUTC()).read()));
    Optional<JsonNode> loads = loads(files.config);
    loads.ifPresent(each -> ((ObjectNode) status).set("snapshot", each));
    print(json ? pretty(status) : StatusText.of(status));
    return StatusJson.advances(status) && loads.map(LoadJson::advances).orElse(true) ? 0 : 1;
  }

  private static String pretty(JsonNode status) throws IOException {
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(status) + "\n";
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }

  /** The loads of a running snapshot of this host. */
  private static Optional<JsonNode> loads(Path file) throws InterruptedException {
    Optional<URI> address = StatusAddress.find(Serving.LOAD, file);
    return address.isPresent()
        ? new StatusClient().ask(address.get(), LoadJson.APPLICATION)
        : Optional.empty();
  }

  private Optional<JsonNode> running(MetricsConfig metrics) throws InterruptedException {
    StatusClient client = new StatusClient();
    if (url != null) {
      return Optional.of(
          client
              .ask(url, StatusJson.APPLICATION)
              .orElseThrow(
                  () ->
                      new LakeException(
                          "no ingest answers at "
                              + url
                              + "; see lake.metrics.listen of the job, or leave out --url to read the tables themselves")));
    }
    for (URI address : addresses(files.config, metrics)) {
      Optional<JsonNode> status = client.ask(address, StatusJson.APPLICATION);
      if (status.isPresent()) {
        return status;
      }
    }
    return Optional.empty();
  }

  private static List<URI> addresses(Path file, MetricsConfig metrics) {
    List<URI> addresses = new ArrayList<>();
    StatusAddress.find(Serving.INGEST, file).ifPresent(addresses::add);
    metrics.knownUrl().ifPresent(addresses::add);
    return addresses;
  }
}
