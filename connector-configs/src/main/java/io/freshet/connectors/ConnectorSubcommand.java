package io.freshet.connectors;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What the commands share: how they start, and how their failures become exit codes. */
abstract class ConnectorSubcommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @ParentCommand ConnectorsCommand parent;

  /**
   * Does the work.
   *
   * @return the exit code
   * @throws CommandException if the work as a whole failed
   */
  abstract int run(Session session);

  /** Whether to wait for a worker that refuses connections. */
  boolean waitsForWorker() {
    return true;
  }

  @Override
  public final Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    Redactor redactor = new Redactor();
    Deadline deadline = Deadline.after(parent.timeout, Clock.systemUTC());
    HttpConnectApi api =
        new HttpConnectApi(
            parent.connect,
            deadline,
            waitsForWorker(),
            note -> {
              err.println(redactor.scrub(note));
              err.flush();
            });
    Session session =
        new Session(api, deadline, redactor, spec.commandLine().getOut(), err, parent.verbose);
    try {
      return run(session);
    } catch (CommandException failure) {
      session.fail(failure);
      return failure.exitCode();
    }
  }

  /** Reads all files before anything is done, so that a bad one leaves nothing half done. */
  static List<ConnectorFile> read(List<Path> files, Session session) {
    List<ConnectorFile> read = files.stream().map(ConnectorFile::read).toList();
    read.forEach(file -> session.redactor().learn(file.config()));
    return read;
  }

  /** The connectors that arguments name, by name or by file. */
  static List<String> names(List<String> arguments) {
    return arguments.stream()
        .map(
            argument ->
                ConnectorFile.isFile(argument)
                    ? ConnectorFile.read(Path.of(argument)).name()
                    : argument)
        .distinct()
        .toList();
  }

  /**
   * Asserts that there is such a connector and takes in its secrets.
   *
   * @return its config
   */
  static Map<String, String> existing(String name, Session session) {
    Map<String, String> config =
        session.api().config(name).orElseThrow(() -> missing(name, session));
    String connectorClass = config.getOrDefault("connector.class", "");
    session.api().definitions(connectorClass).forEach(session.redactor()::learn);
    session.redactor().learn(config);
    return config;
  }

  static CommandException missing(String name, Session session) {
    List<String> all = session.api().connectors();
    String known =
        Nearest.to(name, all, Math.max(2, name.length() / 3))
            .map(nearest -> "did you mean '" + nearest + "'?")
            .orElse(
                all.isEmpty() ? "this cluster has none" : "there are: " + String.join(", ", all));
    return CommandException.rejected("no such connector; " + known);
  }
}
