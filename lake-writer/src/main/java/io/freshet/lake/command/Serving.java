package io.freshet.lake.command;

import io.freshet.lake.config.MetricsConfig;
import io.freshet.lake.metrics.StatusAddress;
import io.freshet.lake.metrics.StatusServer;
import java.nio.file.Path;
import java.util.Optional;

/** The HTTP server of an ingest and the note that leads to it; both may be switched off. */
final class Serving implements AutoCloseable {
  private final Optional<StatusServer> server;
  private final Optional<StatusAddress> address;

  private Serving(Optional<StatusServer> server, Optional<StatusAddress> address) {
    this.server = server;
    this.address = address;
  }

  /**
   * @param once whether the job ends by itself; then it serves only where it is told to
   */
  static Serving start(MetricsConfig metrics, Path config, boolean once) {
    if (!metrics.enabled() || once && metrics.equals(MetricsConfig.DEFAULT)) {
      return new Serving(Optional.empty(), Optional.empty());
    }
    StatusServer server = StatusServer.start(metrics.address());
    return new Serving(Optional.of(server), Optional.of(StatusAddress.leave(config, server.url())));
  }

  void answerFor(StatusServer.Job job) {
    server.ifPresent(started -> started.answerFor(job));
  }

  @Override
  public void close() {
    address.ifPresent(StatusAddress::close);
    server.ifPresent(StatusServer::close);
  }
}
