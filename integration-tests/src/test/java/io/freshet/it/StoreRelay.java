package io.freshet.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way to the store for one process, where its requests and its sockets are counted: all of them,
 * whatever client makes them. Bytes go through as they are.
 */
final class StoreRelay implements AutoCloseable {
  private static final String ENDPOINT = "FRESHET_S3_ENDPOINT";
  private static final Pattern REQUEST =
      Pattern.compile("(GET|PUT|POST|HEAD|DELETE) (/\\S*) HTTP/1\\.1\r\n");
  private static final int LONGEST_REQUEST_LINE = 4_000;

  /** The place of the claims on tables, whose heartbeat goes on whatever else does. */
  static final String LEASES = ".freshet";

  /** Of a socket as Linux lists it: address and port of the other side, and its state. */
  private static final Pattern SOCKET =
      Pattern.compile("\\s*\\d+: \\S+ [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]{2}) .*");

  private static final List<String> ESTABLISHED_OR_CLOSE_WAIT = List.of("01", "08");

  private final ServerSocket server;
  private final Map<String, String> environment;
  private final URI store;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "store-relay");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();

  StoreRelay(Map<String, String> environment) throws IOException {
    this.store = URI.create(environment.get(ENDPOINT));
    this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    this.environment = new HashMap<>(environment);
    this.environment.put(ENDPOINT, "http://127.0.0.1:" + server.getLocalPort());
    threads.execute(this::accept);
  }

  /** The environment of a process whose requests are counted. */
  Map<String, String> environment() {
    return environment;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket behind = new Socket(store.getHost(), store.getPort());
        client.setTcpNoDelay(true);
        behind.setTcpNoDelay(true);
        threads.execute(() -> pump(client, behind, true));
        threads.execute(() -> pump(behind, client, false));
      } catch (IOException closed) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(closed);
        }
      }
    }
  }

  /** Hands an end on as an end alone: what the other side does about it is what is counted. */
  private void pump(Socket from, Socket to, boolean counted) {
    byte[] buffer = new byte[64 << 10];
    String unread = "";
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (counted) {
          unread = count(unread + new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
        }
        out.write(buffer, 0, read);
        out.flush();
      }
      to.shutdownOutput();
    } catch (IOException reset) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private String count(String bytes) {
    Matcher request = REQUEST.matcher(bytes);
    int end = 0;
    while (request.find()) {
      String place =
          List.of(LEASES, "warehouse", "topics").stream()
              .filter(request.group(2)::contains)
              .findFirst()
              .orElse("other");
      boolean list = request.group(2).contains("list-type=2");
      requests
          .computeIfAbsent((list ? "LIST" : request.group(1)) + " " + place, any -> new LongAdder())
          .increment();
      end = request.end();
    }
    return bytes.substring(Math.max(end, bytes.length() - LONGEST_REQUEST_LINE));
  }

  /** Requests so far by their kind, such as {@code LIST topics}. */
  Map<String, Long> requests() {
    Map<String, Long> counts = new TreeMap<>();
    requests.forEach((kind, count) -> counts.put(kind, count.sum()));
    return counts;
  }

  /** Requests so far of the kinds that end with a text. */
  long requests(String kind) {
    return requests().entrySet().stream()
        .filter(count -> count.getKey().endsWith(kind))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** The process's sockets to the store that are open, or closed by the store alone. */
  int sockets() throws IOException {
    String port = "%04X".formatted(server.getLocalPort());
    int count = 0;
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        Matcher socket = SOCKET.matcher(line);
        if (socket.matches()
            && socket.group(1).equals(port)
            && ESTABLISHED_OR_CLOSE_WAIT.contains(socket.group(2))) {
          count++;
        }
      }
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
