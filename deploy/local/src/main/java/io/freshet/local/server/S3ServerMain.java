package io.freshet.local.server;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.blobstore.BlobStore;

/** Runs S3Proxy with one bucket, created if missing. */
public final class S3ServerMain {
  private S3ServerMain() {}

  /**
   * @param args a file with S3Proxy's properties and the bucket's name as {@code freshet.bucket};
   *     credentials are in the file and not here, where every user could read them
   */
  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(Path.of(args[0]))) {
      properties.load(reader);
    }
    BlobStore store = BlobStores.create(properties.getProperty("jclouds.provider"), properties);
    String bucket = properties.getProperty("freshet.bucket");
    if (!store.containerExists(bucket)) {
      store.createContainer(bucket);
    }
    S3Proxy server = S3Proxy.Builder.fromProperties(properties).blobStore(store).build();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "shutdown"));
    server.start();
    Thread.currentThread().join();
  }

  private static void stop(S3Proxy server) {
    try {
      server.stop();
    } catch (Exception e) {
      System.err.println("S3 server didn't stop in order: " + e);
    }
  }
}
