package io.freshet.local.service;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;

/** One small request in a server's own protocol, without its client library. */
final class Probe {
  private static final int TIMEOUT_MILLIS = 3_000;
  private static final int KAFKA_API_VERSIONS = 18;
  private static final int THRIFT_CALL = 0x80010001;
  private static final int THRIFT_REPLY = 0x80010002;

  private Probe() {}

  static Health http(String url, IntPredicate accepted) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      int status = connection.getResponseCode();
      connection.disconnect();
      return accepted.test(status) ? Health.HEALTHY : Health.unhealthy(url + " answers " + status);
    } catch (IOException e) {
      return Health.unhealthy(url + ": " + Failures.reason(e));
    }
  }

  /** A broker answers requests only once its controller has let it in. */
  static Health kafka(int port) {
    return ask(
        port,
        (in, out) -> {
          out.writeInt(10);
          out.writeShort(KAFKA_API_VERSIONS);
          out.writeShort(0);
          out.writeInt(1);
          out.writeShort(-1);
          out.flush();
          in.readInt();
          int correlation = in.readInt();
          int error = in.readShort();
          return correlation == 1 && error == 0
              ? Health.HEALTHY
              : Health.unhealthy("Kafka answers with error " + error);
        });
  }

  /** Asks the metastore for its databases, which its own database must answer. */
  static Health metastore(int port) {
    return ask(
        port,
        (in, out) -> {
          byte[] method = "get_all_databases".getBytes(StandardCharsets.US_ASCII);
          out.writeInt(THRIFT_CALL);
          out.writeInt(method.length);
          out.write(method);
          out.writeInt(1);
          out.writeByte(0);
          out.flush();
          int type = in.readInt();
          in.skipNBytes(in.readInt());
          in.readInt();
          in.readByte();
          int field = in.readShort();
          return type == THRIFT_REPLY && field == 0
              ? Health.HEALTHY
              : Health.unhealthy("the metastore can't list its databases");
        });
  }

  private static Health ask(int port, Exchange exchange) {
    try (Socket socket = new Socket(Proxy.NO_PROXY)) {
      socket.connect(new InetSocketAddress(ServiceContext.HOST, port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return exchange.run(
          new DataInputStream(socket.getInputStream()),
          new DataOutputStream(new java.io.BufferedOutputStream(socket.getOutputStream())));
    } catch (IOException e) {
      return Health.unhealthy(ServiceContext.HOST + ":" + port + ": " + Failures.reason(e));
    }
  }

  @FunctionalInterface
  private interface Exchange {
    Health run(DataInputStream in, DataOutputStream out) throws IOException;
  }
}
