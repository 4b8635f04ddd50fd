package io.freshet.lake.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.MetricsConfig;
import io.freshet.lake.job.StoredStatus;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a running job how its tables do, or reads it from the tables themselves. */
@Command(
    name = "status",
    description = {
      "Show how each table does: what a running ingest says of it, else what the tables' own"
          + " commits and the source say.",
      "Exits 1 if a table does not advance or a topic makes no table."
    },
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where a job is asked that runs elsewhere, such as http://host:9404.")
  private URI url;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    LakeConfig lake = config.load();
    JsonNode status =
        running(lake.metrics())
            .orElseGet(
                () ->
                    StatusJson.of(
                        new StoredStatus(lake, LakeSession.hadoop(), Clock.systemUTC()).read()));
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        json
            ? new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(status) + "\n"
            : StatusText.of(status));
    out.flush();
    return StatusJson.advances(status) ? 0 : 1;
  }

  private Optional<JsonNode> running(MetricsConfig metrics) throws InterruptedException {
    StatusClient client = new StatusClient();
    if (url != null) {
      return Optional.of(
          client
              .ask(url)
              .orElseThrow(
                  () ->
                      new LakeException(
                          "no ingest answers at "
                              + url
                              + "; see lake.metrics.listen of the job, or leave out --url to read the tables themselves")));
    }
    for (URI address : addresses(config.file(), metrics)) {
      Optional<JsonNode> status = client.ask(address);
      if (status.isPresent()) {
        return status;
      }
    }
    return Optional.empty();
  }

  private static List<URI> addresses(Path file, MetricsConfig metrics) {
    List<URI> addresses = new ArrayList<>();
    StatusAddress.find(file).ifPresent(addresses::add);
    metrics.knownUrl().ifPresent(addresses::add);
    return addresses;
  }
}
