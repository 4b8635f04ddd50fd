package io.freshet.connectors;

/** A failure that ends a command: one line for the user and the exit code. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The config is wrong, or the connector FAILED or does not exist. */
  static CommandException rejected(String message) {
    return new CommandException(ConnectorsCommand.REJECTED, message, null);
  }

  /** As {@link #rejected(String)}; the detail, such as a task's trace, is shown with --verbose. */
  static CommandException rejected(String message, String detail) {
    return new CommandException(ConnectorsCommand.REJECTED, message, new RemoteTrace(detail));
  }

  /** Bad usage: a file that can't be read or is no connector config. */
  static CommandException usage(String message, Throwable cause) {
    return new CommandException(ConnectorsCommand.USAGE, message, cause);
  }

  /** Kafka Connect is unreachable or didn't get there in time. */
  static CommandException unreachable(String message, Throwable cause) {
    return new CommandException(ConnectorsCommand.UNREACHABLE, message, cause);
  }

  /** The same failure, naming the connector. */
  CommandException of(String connector) {
    CommandException named =
        new CommandException(exitCode, connector + ": " + getMessage(), getCause());
    named.setStackTrace(getStackTrace());
    return named;
  }

  int exitCode() {
    return exitCode;
  }

  /** A stack trace that a worker reported; stands as cause so that --verbose prints it. */
  private static final class RemoteTrace extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RemoteTrace(String trace) {
      super("on the Connect worker:\n" + trace, null, false, false);
    }
  }
}
