package io.freshet.connectors;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of a connector as a worker last saw it.
 *
 * @param name the connector
 * @param type {@code source} or {@code sink}
 * @param connector the state of the connector instance
 * @param tasks the states of its tasks, by id
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ConnectorStatus(String name, String type, Instance connector, List<Task> tasks) {
  static final String RUNNING = "RUNNING";
  static final String FAILED = "FAILED";
  static final String STOPPED = "STOPPED";
  static final String PAUSED = "PAUSED";

  ConnectorStatus {
    tasks = tasks == null ? List.of() : List.copyOf(tasks);
  }

  /**
   * @param state e.g. RUNNING, UNASSIGNED, RESTARTING, PAUSED, STOPPED, FAILED
   * @param worker host:port of the worker it runs on
   * @param trace why it failed; null unless it did
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Instance(String state, @JsonProperty("worker_id") String worker, String trace) {}

  /**
   * @param id the task's number
   * @param state e.g. RUNNING, UNASSIGNED, RESTARTING, PAUSED, FAILED
   * @param worker host:port of the worker it runs on
   * @param trace why it failed; null unless it did
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Task(int id, String state, @JsonProperty("worker_id") String worker, String trace) {}

  /** What failed first, the connector before its tasks. */
  Optional<Failure> failure() {
    if (FAILED.equals(connector.state())) {
      return Optional.of(new Failure("the connector", connector.worker(), connector.trace()));
    }
    return tasks.stream()
        .filter(task -> FAILED.equals(task.state()))
        .findFirst()
        .map(task -> new Failure("task " + task.id(), task.worker(), task.trace()));
  }

  boolean isConnector(String state) {
    return state.equals(connector.state());
  }

  /** Whether the connector and exactly the given tasks, at least one, are RUNNING. */
  boolean runs(List<Integer> taskIds) {
    List<Integer> running = new ArrayList<>();
    for (Task task : tasks) {
      if (RUNNING.equals(task.state())) {
        running.add(task.id());
      }
    }
    return isConnector(RUNNING)
        && !taskIds.isEmpty()
        && running.size() == tasks.size()
        && running.size() == taskIds.size()
        && running.containsAll(taskIds);
  }

  /** In few words: {@code connector RUNNING, task 0 UNASSIGNED}. */
  String summary() {
    StringBuilder text = new StringBuilder("connector ").append(connector.state());
    tasks.forEach(
        task -> text.append(", task ").append(task.id()).append(' ').append(task.state()));
    return text.append(tasks.isEmpty() ? ", no tasks" : "").toString();
  }

  /**
   * A failed connector or task.
   *
   * @param what {@code the connector} or {@code task 0}
   * @param worker where it ran
   * @param trace its stack trace; null if Connect kept none
   */
  record Failure(String what, String worker, String trace) {
    String rootCause() {
      return RootCause.of(trace);
    }
  }
}
