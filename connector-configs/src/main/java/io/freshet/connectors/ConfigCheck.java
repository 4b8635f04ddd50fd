package io.freshet.connectors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Asks Connect whether a config is right, and puts its answer in terms of the user's file. */
final class ConfigCheck {
  private static final String CONNECTOR_CLASS = "connector.class";
  private static final String NAME = "name";
  private static final String NOT_SET = "(not set)";
  private static final int TYPO = 2;

  private final Session session;

  ConfigCheck(Session session) {
    this.session = session;
  }

  /**
   * One thing that is wrong with a config; free of secrets.
   *
   * @param key the config's key
   * @param value what the file holds, redacted, or {@code (not set)}
   * @param message why it is wrong and what to do
   */
  record Problem(String key, String value, String message) {
    String line() {
      return key + ": " + value + " → " + message;
    }
  }

  /**
   * @param problems why Connect would refuse the config; empty if it is right
   * @param warnings what Connect accepts, though the user hardly means it
   */
  record Result(List<Problem> problems, List<String> warnings) {}

  Result check(Map<String, String> config) {
    String connectorClass = config.getOrDefault(CONNECTOR_CLASS, "");
    List<Plugin> plugins = session.api().plugins();
    if (plugins.stream().noneMatch(plugin -> plugin.isNamed(connectorClass))) {
      String shown = connectorClass.isEmpty() ? NOT_SET : connectorClass;
      return new Result(
          List.of(new Problem(CONNECTOR_CLASS, shown, unknownClass(connectorClass, plugins))),
          List.of());
    }
    Validation validation = session.api().validate(connectorClass, config);
    learn(validation, config);
    Set<Problem> problems = new LinkedHashSet<>();
    for (Validation.Entry entry : validation.configs()) {
      problems.addAll(problems(entry.value(), config));
    }
    problems.addAll(missingEnvironment(connectorClass, config));
    return new Result(List.copyOf(problems), warnings(validation, config));
  }

  private void learn(Validation validation, Map<String, String> config) {
    validation.configs().forEach(entry -> session.redactor().learn(entry.definition()));
    session.redactor().learn(config);
    for (Validation.Entry entry : validation.configs()) {
      session.redactor().learn(entry.value(), config.get(entry.value().name()));
    }
  }

  private List<Problem> problems(Validation.Value value, Map<String, String> config) {
    String written = config.get(value.name());
    if (written != null && value.value() != null) {
      Optional<Placeholder> left =
          Placeholder.in(written).filter(found -> value.value().contains(found.text())).findFirst();
      if (left.isPresent()) {
        return List.of(problem(value.name(), config, left.get().unresolved()));
      }
    }
    List<Problem> problems = new ArrayList<>();
    for (String error : value.errors()) {
      problems.add(
          unresolvedIn(error, config)
              .orElseGet(
                  () ->
                      problem(value.name(), config, session.redactor().scrub(OneLine.of(error)))));
    }
    return problems;
  }

  private Problem problem(String key, Map<String, String> config, String message) {
    String written = config.get(key);
    String shown = written == null ? NOT_SET : session.redactor().show(key, written);
    return new Problem(key, shown, message);
  }

  /**
   * Connect leaves a placeholder that it can't resolve as it is. A plugin then chokes on it, maybe
   * under another key, such as the host at which an unresolved user could not log in.
   */
  private Optional<Problem> unresolvedIn(String text, Map<String, String> config) {
    return config.entrySet().stream()
        .flatMap(
            entry ->
                Placeholder.in(entry.getValue())
                    .filter(found -> text.contains(found.text()))
                    .map(found -> problem(entry.getKey(), config, found.unresolved())))
        .findFirst();
  }

  /**
   * Finds environment variables that the worker lacks, also for keys that no ConfigDef echoes, such
   * as a converter's. The worker resolves whatever stands in a config that it validates, so they
   * are asked for as a name; those that hold secrets are not.
   */
  private List<Problem> missingEnvironment(String connectorClass, Map<String, String> config) {
    String asked =
        config.entrySet().stream()
            .filter(entry -> !session.redactor().isSecret(entry.getKey()))
            .flatMap(entry -> Placeholder.in(entry.getValue()))
            .filter(found -> found.isEnvironment() && !Redactor.leadsToSecret(found))
            .map(Placeholder::text)
            .distinct()
            .collect(Collectors.joining(" "));
    if (asked.isEmpty()) {
      return List.of();
    }
    return session
        .api()
        .validate(connectorClass, Map.of(CONNECTOR_CLASS, connectorClass, NAME, asked))
        .configs()
        .stream()
        .map(Validation.Entry::value)
        .filter(value -> NAME.equals(value.name()) && value.value() != null)
        .flatMap(value -> Placeholder.in(value.value()))
        .flatMap(left -> unresolvedIn(left.text(), config).stream())
        .toList();
  }

  private List<String> warnings(Validation validation, Map<String, String> config) {
    Set<String> defined = new TreeSet<>();
    for (Validation.Entry entry : validation.configs()) {
      if (entry.definition() != null) {
        defined.add(entry.definition().name());
      }
    }
    Set<String> free = new TreeSet<>(defined);
    free.removeAll(config.keySet());
    List<String> warnings = new ArrayList<>();
    config.forEach(
        (key, value) -> {
          if (!defined.contains(key)) {
            Nearest.to(key, free, TYPO)
                .ifPresent(
                    nearest ->
                        warnings.add(
                            key
                                + " is not a key that the connector defines; did you mean "
                                + nearest
                                + "?"));
          }
          if (session.redactor().isSecret(key) && !value.isEmpty() && !value.contains("${")) {
            warnings.add(
                key
                    + " stands in plain text and Connect would store and show it so; use a"
                    + " placeholder such as ${env:NAME}");
          }
        });
    return List.copyOf(warnings);
  }

  private static String unknownClass(String wanted, List<Plugin> plugins) {
    List<String> classes = plugins.stream().map(Plugin::className).sorted().distinct().toList();
    String installed =
        classes.isEmpty() ? "none is installed" : "installed are: " + String.join(", ", classes);
    if (wanted.isEmpty()) {
      return "name the connector's class; " + installed;
    }
    String fix = "; is its folder on the worker's plugin.path?";
    String simple = simpleName(wanted);
    return classes.stream()
        .filter(
            name -> Nearest.edits(simple, simpleName(name)) <= Math.max(TYPO, simple.length() / 4))
        .min(Comparator.comparingInt(name -> Nearest.edits(simple, simpleName(name))))
        .map(nearest -> "no such connector class on the worker; did you mean " + nearest + "?")
        .orElse("no such connector class on the worker" + fix + " " + installed);
  }

  private static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
