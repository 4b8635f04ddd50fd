package io.freshet.connectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What one run of a command works with.
 *
 * @param api Kafka Connect
 * @param deadline when the command must be done
 * @param redactor knows the secrets met so far; all output passes through it
 * @param out standard output
 * @param err standard error
 * @param verbose whether stack traces are printed
 */
record Session(
    ConnectApi api,
    Deadline deadline,
    Redactor redactor,
    PrintWriter out,
    PrintWriter err,
    boolean verbose) {

  void say(String line) {
    out.println(redactor.scrub(line));
    out.flush();
  }

  void warn(String line) {
    err.println("warning: " + redactor.scrub(line));
    err.flush();
  }

  /** Prints what went wrong in one line, and its stack trace if the user asked for it. */
  void fail(CommandException failure) {
    err.println("error: " + redactor.scrub(failure.getMessage()));
    trace(failure);
    err.flush();
  }

  void trace(Throwable failure) {
    if (verbose) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      err.println(redactor.scrub(trace.toString().stripTrailing()));
    }
  }

  /** Prints a value as JSON; what is in it must already be free of secrets. */
  void json(Object value) {
    try {
      out.println(
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(value));
      out.flush();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("records of text are always JSON", impossible);
    }
  }

  /**
   * Does something for each item; one that fails does not keep the others from being done, unless
   * Connect can't be reached at all.
   *
   * @return the exit code: the worst one
   */
  <T> int each(List<T> items, Function<T, String> name, Consumer<T> action) {
    int exitCode = ConnectorsCommand.OK;
    for (T item : items) {
      try {
        action.accept(item);
      } catch (CommandException failure) {
        CommandException named = failure.of(name.apply(item));
        if (failure.exitCode() == ConnectorsCommand.UNREACHABLE) {
          throw named;
        }
        fail(named);
        exitCode = Math.max(exitCode, failure.exitCode());
      }
    }
    return exitCode;
  }
}
