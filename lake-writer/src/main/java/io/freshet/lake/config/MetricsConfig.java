package io.freshet.lake.config;

import io.freshet.lake.LakeException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a running job is asked how it does.
 *
 * @param enabled whether it can be asked at all
 * @param host name or address that it listens on
 * @param port 0 for a free one
 */
public record MetricsConfig(boolean enabled, String host, int port) {
  /**
   * A free port of this host alone: nothing to configure on a laptop, no conflict between jobs, and
   * nothing open to the network.
   */
  public static final MetricsConfig DEFAULT = new MetricsConfig(true, "127.0.0.1", 0);

  private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:]+):(\\d{1,5})");

  /**
   * @param at the value's place in the file, for the error's text
   * @param value {@code host:port} or {@code off}
   * @throws LakeException if it is neither
   */
  static MetricsConfig parse(String at, String value) {
    if (value.equals("off")) {
      return new MetricsConfig(false, "", 0);
    }
    Matcher matcher = ADDRESS.matcher(value);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
      throw new LakeException(
          "%s is '%s', but must be an address and a port, such as 127.0.0.1:9404 or 0.0.0.0:9404, or off"
              .formatted(at, value));
    }
    return new MetricsConfig(true, matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  /** The address; its host may be unknown. */
  public InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  /** Where a job of this host is asked; empty where that is not known from the configuration. */
  public Optional<URI> knownUrl() {
    if (!enabled || port == 0) {
      return Optional.empty();
    }
    boolean any = host.equals("0.0.0.0") || host.equals("[::]");
    return Optional.of(URI.create("http://" + (any ? "127.0.0.1" : host) + ":" + port));
  }
}
