package io.freshet.local.service;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;

/**
 * The stack's generated credentials. They live in one file that only its owner can read, and reach
 * the services by environment or by files of the same mode, never by command line.
 */
public final class Secrets {
  private static final String POSTGRES_PASSWORD = "postgres.password";
  private static final String S3_ACCESS_KEY = "s3.access.key";
  private static final String S3_SECRET_KEY = "s3.secret.key";

  private final Path file;
  private final Properties values;

  private Secrets(Path file, Properties values) {
    this.file = file;
    this.values = values;
  }

  /** Reads the file; before the stack's first start there are no secrets. */
  static Secrets load(Path file) throws IOException {
    return new Secrets(file, PropertyFiles.read(file));
  }

  /** Reads the file, and first generates what is missing in it. */
  static Secrets loadOrGenerate(Path file) throws IOException {
    Properties values = PropertyFiles.read(file);
    SecureRandom random = new SecureRandom();
    boolean added = values.putIfAbsent(POSTGRES_PASSWORD, generate(random, 24)) == null;
    added |= values.putIfAbsent(S3_ACCESS_KEY, generate(random, 15)) == null;
    added |= values.putIfAbsent(S3_SECRET_KEY, generate(random, 30)) == null;
    if (added) {
      PropertyFiles.write(file, values);
    }
    return new Secrets(file, values);
  }

  private static String generate(SecureRandom random, int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(value).replace('-', 'x');
  }

  /** Password of the database's superuser. */
  public String postgresPassword() {
    return values.getProperty(POSTGRES_PASSWORD, "");
  }

  /** The S3 server's one access key id. */
  public String s3AccessKey() {
    return values.getProperty(S3_ACCESS_KEY, "");
  }

  /** The S3 server's one secret key. */
  public String s3SecretKey() {
    return values.getProperty(S3_SECRET_KEY, "");
  }

  @Override
  public String toString() {
    return "Secrets[" + file + "]";
  }
}
