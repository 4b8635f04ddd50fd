package io.freshet.connectors;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings a connector to a state and waits until Connect has really got there.
 *
 * <p>A status does not say of which config it is: after a PUT the old generation's tasks still show
 * RUNNING (or FAILED) for a while, and no poll is sure to catch the moment between. So a config is
 * changed while the connector is STOPPED, which takes its tasks' configs and statuses away: any
 * task that is seen after the resume was started from the new config. The tasks would restart on a
 * plain PUT as well; offsets are kept.
 */
final class Rollout {
  private final ConnectApi api;
  private final Deadline deadline;
  private final Duration settle;

  /**
   * @param settle how long all must stay RUNNING to count: many connectors reach their systems only
   *     after their tasks have been reported as started
   */
  Rollout(ConnectApi api, Deadline deadline, Duration settle) {
    this.api = api;
    this.deadline = deadline;
    this.settle = settle;
  }

  /** Creates the connector and waits until it runs. */
  ConnectorStatus create(String name, Map<String, String> config) {
    // The status of a connector of this name that was deleted a moment ago must not pass for ours.
    awaitGone(name);
    api.put(name, config);
    return awaitRunning(name);
  }

  /** Replaces the config of an existing connector and waits until it runs on the new one. */
  ConnectorStatus replace(String name, Map<String, String> config) {
    boolean stoodStill =
        api.status(name)
            .filter(
                status ->
                    status.isConnector(ConnectorStatus.STOPPED)
                        || status.isConnector(ConnectorStatus.PAUSED))
            .isPresent();
    try {
      stop(name);
      api.put(name, config);
    } catch (CommandException failure) {
      if (!stoodStill) {
        resumeAfter(failure, name);
      }
      throw failure;
    }
    api.resume(name);
    return awaitRunning(name);
  }

  private void resumeAfter(CommandException failure, String name) {
    try {
      api.resume(name);
    } catch (CommandException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  /** Makes a connector run whose config stays as it is. */
  ConnectorStatus ensureRunning(String name) {
    Optional<ConnectorStatus> status = api.status(name);
    if (status.flatMap(ConnectorStatus::failure).isPresent()) {
      return restart(name);
    }
    boolean standsStill =
        status
            .filter(
                seen ->
                    seen.isConnector(ConnectorStatus.STOPPED)
                        || seen.isConnector(ConnectorStatus.PAUSED))
            .isPresent();
    if (standsStill) {
      api.resume(name);
    }
    return awaitRunning(name);
  }

  /** Stops and starts the connector and its tasks. */
  ConnectorStatus restart(String name) {
    stop(name);
    api.resume(name);
    return awaitRunning(name);
  }

  /** Stops the connector and waits until neither it nor a task of it is left running. */
  void stop(String name) {
    api.stop(name);
    boolean instanceRestarted = false;
    while (true) {
      Optional<ConnectorStatus> status = api.status(name);
      boolean noTasks =
          status.filter(seen -> seen.tasks().isEmpty()).isPresent() && api.taskIds(name).isEmpty();
      if (noTasks && status.get().isConnector(ConnectorStatus.STOPPED)) {
        return;
      }
      if (noTasks && status.get().isConnector(ConnectorStatus.FAILED) && !instanceRestarted) {
        // A connector whose class could not even be set up has nothing to stop; a new instance
        // starts as STOPPED.
        instanceRestarted = true;
        api.restartInstance(name);
      }
      pause(status, "STOPPED");
    }
  }

  /** Deletes the connector and waits until it is gone. */
  void delete(String name) {
    api.delete(name);
    awaitGone(name);
  }

  private void awaitGone(String name) {
    while (true) {
      Optional<ConnectorStatus> status = api.status(name);
      if (status.isEmpty() && api.config(name).isEmpty()) {
        return;
      }
      pause(status, "gone");
    }
  }

  private ConnectorStatus awaitRunning(String name) {
    Clock clock = deadline.clock();
    Optional<Instant> runningSince = Optional.empty();
    while (true) {
      Optional<ConnectorStatus> status = api.status(name);
      Optional<ConnectorStatus.Failure> failure = status.flatMap(ConnectorStatus::failure);
      if (failure.isPresent()) {
        throw failed(failure.get());
      }
      List<Integer> taskIds = api.taskIds(name);
      if (status.filter(seen -> seen.runs(taskIds)).isPresent()) {
        Instant now = clock.instant();
        Instant since = runningSince.orElse(now);
        if (!now.isBefore(since.plus(settle))) {
          return status.get();
        }
        runningSince = Optional.of(since);
      } else {
        runningSince = Optional.empty();
      }
      pause(status, "RUNNING");
    }
  }

  static CommandException failed(ConnectorStatus.Failure failure) {
    String trace = failure.trace() == null ? "no trace" : failure.trace();
    return CommandException.rejected(
        failure.what() + " FAILED on " + failure.worker() + ": " + failure.rootCause(), trace);
  }

  private void pause(Optional<ConnectorStatus> status, String wanted) {
    if (deadline.passed()) {
      throw CommandException.unreachable(
          "not "
              + wanted
              + " after "
              + deadline.text()
              + ": "
              + status.map(ConnectorStatus::summary).orElse("no status yet")
              + "; see the worker's log, or give more --timeout",
          null);
    }
    deadline.pause();
  }
}
