package io.freshet.connect.s3;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What is logged while it is open, INFO and above. */
final class LogLines extends AbstractAppender implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger root = (Logger) LogManager.getRootLogger();
  private final String name;

  private LogLines(String name) {
    super("lines", null, null, false, Property.EMPTY_ARRAY);
    this.name = name;
  }

  static LogLines of(String name) {
    LogLines lines = new LogLines(name);
    lines.start();
    lines.root.addAppender(lines);
    Configurator.setLevel(name, Level.INFO);
    return lines;
  }

  @Override
  public void append(LogEvent event) {
    lines.add(event.getMessage().getFormattedMessage());
  }

  String text() {
    return String.join("\n", lines);
  }

  @Override
  public void close() {
    root.removeAppender(this);
    Configurator.setLevel(name, root.getLevel());
    stop();
  }
}
