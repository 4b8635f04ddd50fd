package io.freshet.local.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Creates a database cluster with its database. */
final class PostgresCluster {
  private final PostgresBinaries binaries;
  private final Path home;
  private final Path log;

  PostgresCluster(PostgresBinaries binaries, Path home, Path log) {
    this.binaries = binaries;
    this.home = home;
    this.log = log;
  }

  /** Creates it as a whole or, if cut short, not at all. */
  void create(Path cluster, String user, String password, String database)
      throws IOException, InterruptedException {
    Path draft = home.resolve("initializing");
    FileTree.delete(draft);
    Path passwordFile = home.resolve("password");
    PropertyFiles.write(passwordFile, password);
    try {
      run(
          "initdb",
          "",
          "--pgdata=" + draft,
          "--username=" + user,
          "--pwfile=" + passwordFile,
          "--auth=scram-sha-256",
          "--encoding=UTF8",
          "--locale=C",
          "--locale-provider=builtin",
          "--builtin-locale=C.UTF-8",
          "--no-instructions");
    } finally {
      Files.delete(passwordFile);
    }
    run(
        "postgres",
        "create database " + database + ";\n",
        "--single",
        "-D",
        draft.toString(),
        "postgres");
    Files.move(draft, cluster, StandardCopyOption.ATOMIC_MOVE);
  }

  private void run(String program, String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(binaries.command(program));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process.outputWriter().append(input).close();
    int status = process.waitFor();
    if (status != 0) {
      throw new StackException(
          "postgres: %s ended with status %d; log: %s%s"
              .formatted(program, status, log, hint(command)));
    }
  }

  private static String hint(List<String> command) {
    return command.contains("unshare")
        ? "; as root it needs user namespaces (unshare --user true), else run as another user"
        : "";
  }
}
