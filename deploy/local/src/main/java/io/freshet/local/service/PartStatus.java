package io.freshet.local.service;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How a part does.
 *
 * @param part which
 * @param state whether it runs and answers
 * @param pid its process, if it runs
 * @param memoryBytes resident memory of that process, 0 if it doesn't run
 * @param endpoint where clients reach it, by name; no secrets
 * @param log where its output goes
 * @param detail why it isn't healthy; empty if it is
 */
public record PartStatus(
    Part part,
    State state,
    OptionalLong pid,
    long memoryBytes,
    Map<String, Object> endpoint,
    Path log,
    String detail) {

  /** What a part can be. */
  public enum State {
    /** It runs and does its work. */
    HEALTHY,
    /** It runs and doesn't answer, or not well. */
    UNHEALTHY,
    /** It doesn't run. */
    STOPPED
  }

  /** Whether the part does its work. */
  public boolean isHealthy() {
    return state == State.HEALTHY;
  }

  static PartStatus of(EmbeddedService service) {
    OptionalLong pid = service.pid();
    Health health = pid.isPresent() ? service.health() : Health.unhealthy("not running");
    State state =
        pid.isEmpty() ? State.STOPPED : health.healthy() ? State.HEALTHY : State.UNHEALTHY;
    return new PartStatus(
        service.part(),
        state,
        pid,
        service.residentBytes(),
        service.endpoint(),
        service.logFile(),
        health.detail());
  }
}
