package io.freshet.connectors;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs the tool as a user would, against one endpoint. */
record Tool(URI connect) {
  /** What a run left: exit code, standard output, standard error. */
  record Result(int exitCode, String out, String err) {
    List<String> errLines() {
      return err.lines().toList();
    }

    String all() {
      return out + err;
    }
  }

  Result run(Object... arguments) {
    return run(new StringWriter(), arguments);
  }

  /** As {@link #run(Object...)}; standard error can be read while the tool runs. */
  Result run(StringWriter err, Object... arguments) {
    List<String> words = new ArrayList<>();
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    if (!words.contains("--connect")) {
      words.add("--connect");
      words.add(connect.toString());
    }
    if (words.contains("apply") || words.contains("restart")) {
      if (!words.contains("--settle")) {
        words.addAll(List.of("--settle", "200ms"));
      }
    }
    StringWriter out = new StringWriter();
    CommandLine command =
        ConnectorsCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int exitCode = command.execute(words.toArray(String[]::new));
    return new Result(exitCode, out.toString(), err.toString());
  }
}
