package io.freshet.local.service;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a process is started.
 *
 * @param command the program and its arguments, free of secrets: every user can read them
 * @param environment variables beside the few that are inherited
 * @param secrets variables that hold credentials
 * @param settings contents of the files that the process reads at start, as far as they decide how
 *     it must run
 * @param directory where it works
 */
record Launch(
    List<String> command,
    Map<String, String> environment,
    Map<String, String> secrets,
    String settings,
    Path directory) {

  /** All that makes a running process the one that would be started now; no secret is in it. */
  String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String text =
          String.join("\0", command) + "\0" + new TreeMap<>(environment) + "\0" + settings;
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
