package io.freshet.lake.quarantine;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.BadRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** One table's quarantine: files of bad records, and requests for their replay. */
public final class QuarantineFolder {
  /** The folder under the warehouse; Hive takes no name with a dot for a database. */
  public static final String ROOT = ".quarantine";

  private static final String REQUEST = "replay+";

  private final Path folder;
  private final Configuration hadoop;

  /**
   * @param warehouse folder of the lake
   */
  public QuarantineFolder(URI warehouse, String database, String table, Configuration hadoop) {
    this.folder = new Path(new Path(new Path(new Path(warehouse), ROOT), database), table);
    this.hadoop = hadoop;
  }

  /** Where it lies. */
  public String path() {
    return folder.toString();
  }

  /** Its files, those without a commit included, in the order of topics and positions. */
  public List<QuarantineFile> files() {
    return names()
        .map(QuarantineFile::parse)
        .flatMap(Optional::stream)
        .sorted(
            Comparator.comparing(QuarantineFile::topic)
                .thenComparing(QuarantineFile::partition)
                .thenComparing(QuarantineFile::start))
        .toList();
  }

  /** Names of the requests for a replay that wait. */
  public List<String> requests() {
    return names().filter(name -> name.startsWith(REQUEST)).sorted().toList();
  }

  private Stream<String> names() {
    try {
      return Arrays.stream(files(folder).listStatus(folder))
          .filter(FileStatus::isFile)
          .map(status -> status.getPath().getName());
    } catch (FileNotFoundException none) {
      return Stream.empty();
    } catch (IOException unreachable) {
      throw new LakeException("listing " + folder + " failed: " + unreachable, unreachable);
    }
  }

  /** The records of a file. */
  public List<BadRecord> read(QuarantineFile file) {
    Path path = new Path(folder, file.name());
    try (FSDataInputStream in = files(path).open(path)) {
      return BadRecordAvro.read(in);
    } catch (IOException unreadable) {
      throw new LakeException(path + " can't be read: " + unreadable, unreadable);
    }
  }

  /** Writes a file in place of any of the same name; without records, removes it. */
  public void write(QuarantineFile file, List<BadRecord> records) {
    if (records.isEmpty()) {
      delete(file.name());
    } else {
      replace(file.name(), out -> BadRecordAvro.write(records, out));
    }
  }

  /** Removes a file. */
  public void delete(QuarantineFile file) {
    delete(file.name());
  }

  /** Asks for a replay; returns the request's name. */
  public String request(ReplayRequest request) {
    String name = REQUEST + UUID.randomUUID() + ".json";
    replace(name, out -> out.write(request.toJson()));
    return name;
  }

  /** What a request asks for. */
  public ReplayRequest request(String name) {
    Path path = new Path(folder, name);
    try (FSDataInputStream in = files(path).open(path)) {
      return ReplayRequest.fromJson(in.readAllBytes(), path.toString());
    } catch (IOException unreadable) {
      throw new LakeException(path + " can't be read: " + unreadable, unreadable);
    }
  }

  /** Takes a request away: it was fulfilled, or is not wanted any more. */
  public void delete(String name) {
    Path path = new Path(folder, name);
    try {
      files(path).delete(path, false);
    } catch (IOException failed) {
      throw new LakeException(path + " can't be removed: " + failed, failed);
    }
  }

  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  /** A reader sees the former file or the new one, whole. */
  private void replace(String name, Content content) {
    Path path = new Path(folder, name);
    try {
      if (isObjectStore()) {
        // An object appears when its stream is closed.
        try (OutputStream out = files(path).create(path, true)) {
          content.write(out);
        }
        return;
      }
      Path written = new Path(folder, "." + name + ".tmp");
      FileContext context = FileContext.getFileContext(folder.toUri(), hadoop);
      try (OutputStream out =
          context.create(
              written,
              EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
              Options.CreateOpts.createParent())) {
        content.write(out);
      }
      context.rename(written, path, Options.Rename.OVERWRITE);
    } catch (IOException failed) {
      throw new LakeException(path + " can't be written: " + failed, failed);
    }
  }

  private boolean isObjectStore() {
    return !List.of("file", "hdfs", "viewfs").contains(folder.toUri().getScheme());
  }

  private FileSystem files(Path path) throws IOException {
    return path.getFileSystem(hadoop);
  }
}
