package io.freshet.lake.config;

import io.freshet.lake.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at a config file again and again, and hands over what it says when that changes. Its
 * content is compared, not its time: Kubernetes swaps links, and clocks of shared folders differ.
 */
public final class ConfigWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final Path file;
  private final ConfigLoader loader;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "config-watch");
            made.setDaemon(true);
            return made;
          });
  private String seen;

  /** What the file says now is no change. */
  public ConfigWatch(Path file, ConfigLoader loader) {
    this.file = file;
    this.loader = loader;
    this.seen = content();
  }

  /**
   * Begins to look, every few seconds.
   *
   * @param onChange told what a changed file says
   * @param onBroken told why a changed file can't be used, once for each state of it
   */
  public void start(Consumer<LakeConfig> onChange, Consumer<LakeException> onBroken) {
    thread.scheduleWithFixedDelay(
        () -> look(onChange, onBroken), EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Looks once. */
  void look(Consumer<LakeConfig> onChange, Consumer<LakeException> onBroken) {
    String content = content();
    if (content.equals(seen)) {
      return;
    }
    seen = content;
    try {
      onChange.accept(loader.load(file));
    } catch (LakeException broken) {
      onBroken.accept(broken);
    } catch (RuntimeException failed) {
      // Else the thread would look no more.
      onBroken.accept(new LakeException(file + " could not be followed: " + failed, failed));
    }
  }

  /** Empty for a file that can't be read, such as one that is being replaced. */
  private String content() {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      return "";
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
