package io.freshet.lake.command;

import io.freshet.lake.config.MetricsConfig;
import io.freshet.lake.metrics.StatusAddress;
import io.freshet.lake.metrics.StatusServer;
import java.nio.file.Path;
import java.util.Optional;

/** The HTTP server of a job and the note that leads to it; both may be switched off. */
final class Serving implements AutoCloseable {
  /** Names of jobs in the notes that lead to them. */
  static final String INGEST = "ingest";

  static final String LOAD = "snapshot";

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
    return noted(INGEST, config, server);
  }

  /**
   * For a load, which may run beside an ingest of the same file: on a free port of this host.
   *
   * @param enabled false where the file says that nothing shall be listened on
   */
  static Serving ofLoad(Path config, boolean enabled) {
    return enabled
        ? noted(LOAD, config, StatusServer.start(MetricsConfig.DEFAULT.address()))
        : new Serving(Optional.empty(), Optional.empty());
  }

  private static Serving noted(String job, Path config, StatusServer server) {
    return new Serving(
        Optional.of(server), Optional.of(StatusAddress.leave(job, config, server.url())));
  }

  void answerFor(StatusServer.Served job) {
    server.ifPresent(started -> started.answerFor(job));
  }

  @Override
  public void close() {
    address.ifPresent(StatusAddress::close);
    server.ifPresent(StatusServer::close);
  }
}
