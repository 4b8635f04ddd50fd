package io.freshet.connectors;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Kafka Connect's REST API, as far as the tool needs it. All methods throw {@link CommandException}
 * when Connect refuses or can't be reached.
 */
interface ConnectApi {
  /** {@code GET /connectors}: the names of all connectors. */
  List<String> connectors();

  /** {@code GET /connector-plugins}: the connector classes that are installed. */
  List<Plugin> plugins();

  /**
   * {@code GET /connector-plugins/<class>/config}: the keys that the class defines.
   *
   * @return empty if the class is not installed
   */
  List<Validation.Definition> definitions(String connectorClass);

  /**
   * {@code PUT /connector-plugins/<class>/config/validate}. The answer may hold values that the
   * worker resolved from placeholders, so nothing of it may be shown without a {@link Redactor}.
   */
  Validation validate(String connectorClass, Map<String, String> config);

  /** {@code GET /connectors/<name>/config}: as it was PUT; placeholders are not resolved. */
  Optional<Map<String, String>> config(String name);

  /** {@code PUT /connectors/<name>/config}: creates the connector or replaces its config. */
  void put(String name, Map<String, String> config);

  /** {@code GET /connectors/<name>/status}; empty if there is none. */
  Optional<ConnectorStatus> status(String name);

  /**
   * {@code GET /connectors/<name>/tasks}: the ids of the tasks that should run; empty also if the
   * connector does not exist.
   */
  List<Integer> taskIds(String name);

  /** {@code PUT /connectors/<name>/stop}: shuts it and its tasks down, keeps config and offsets. */
  void stop(String name);

  /** {@code PUT /connectors/<name>/resume}. */
  void resume(String name);

  /** {@code POST /connectors/<name>/restart} of the connector instance alone, not of its tasks. */
  void restartInstance(String name);

  /** {@code DELETE /connectors/<name>}; a connector that does not exist is no error. */
  void delete(String name);
}
