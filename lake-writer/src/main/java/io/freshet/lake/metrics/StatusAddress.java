package io.freshet.lake.metrics;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.security.auth.module.UnixSystem;
import io.freshet.lake.LakeException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The note in which a job says where it is asked, so that {@code status} finds the free port that
 * it took. It lies in the temporary folder, readable by its owner alone, under a name made of the
 * config file's; one that was left behind by a killed job leads to a port that does not answer.
 */
public final class StatusAddress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusAddress.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path note;
  private final URI url;

  private StatusAddress(Path note, URI url) {
    this.note = note;
    this.url = url;
  }

  /**
   * Leaves the note. A folder that can't be written is no reason not to run.
   *
   * @param job the command that runs: one file may have several at a time
   * @param config the job's config file
   * @param url where it is asked
   */
  public static StatusAddress leave(String job, Path config, URI url) {
    StatusAddress address = new StatusAddress(note(job, config), url);
    try {
      Path folder = address.note.getParent();
      if (Files.getFileStore(folder.getParent()).supportsFileAttributeView("posix")) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectories(folder);
      }
      requireOwn(folder);
      ObjectNode content = JSON.createObjectNode().put("url", url.toString());
      content.put("pid", ProcessHandle.current().pid());
      Path written = Files.createTempFile(folder, "note", ".tmp");
      JSON.writeValue(written.toFile(), content);
      Files.move(written, address.note, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | LakeException refused) {
      LOG.warn(
          "status won't find this job by its config; name its --url={} reason=\"{}\"",
          url,
          refused.toString());
    }
    return address;
  }

  /** Where a job of a config file said that it is asked; it may have ended since. */
  public static Optional<URI> find(String job, Path config) {
    Path note = note(job, config);
    if (!Files.isReadable(note)) {
      return Optional.empty();
    }
    try {
      requireOwn(note.getParent());
      JsonNode content = JSON.readTree(note.toFile());
      return Optional.of(URI.create(content.path("url").asText()));
    } catch (IOException | IllegalArgumentException malformed) {
      throw new LakeException(
          "%s can't be read: %s; delete it, or name the job with --url"
              .formatted(note, malformed.getMessage()),
          malformed);
    }
  }

  /** Another user could have made a folder of that name first. */
  private static void requireOwn(Path folder) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      long owner = ((Number) Files.getAttribute(folder, "unix:uid", NOFOLLOW_LINKS)).longValue();
      if (owner != new UnixSystem().getUid()) {
        throw new LakeException(folder + " belongs to another user, with the id " + owner);
      }
    }
  }

  private static Path note(String job, Path config) {
    Path whole = config.toAbsolutePath().normalize();
    try {
      whole = whole.toRealPath();
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(whole.toString().getBytes(StandardCharsets.UTF_8));
      return Path.of(
          System.getProperty("java.io.tmpdir"),
          "freshet-" + System.getProperty("user.name"),
          job + "-" + HexFormat.of().formatHex(hash, 0, 8) + ".json");
    } catch (IOException unreadable) {
      throw new LakeException(
          "config file " + config + " can't be read: " + unreadable, unreadable);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Takes the note away, unless another job of the same file has replaced it. */
  @Override
  public void close() {
    try {
      if (Files.isReadable(note)
          && JSON.readTree(note.toFile()).path("url").asText().equals(url.toString())) {
        Files.delete(note);
      }
    } catch (IOException left) {
      LOG.warn("{} was left behind: {}", note, left.toString());
    }
  }
}
