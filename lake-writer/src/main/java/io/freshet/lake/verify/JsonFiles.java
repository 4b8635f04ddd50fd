package io.freshet.lake.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** Small JSON files in a folder of the warehouse; a reader sees each whole or not at all. */
final class JsonFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENDING = ".json";

  private final Path folder;
  private final Configuration hadoop;

  /**
   * @param folder below the warehouse's {@code .freshet}
   */
  JsonFiles(URI warehouse, String folder, Configuration hadoop) {
    this.folder = new Path(new Path(new Path(warehouse), ".freshet"), folder);
    this.hadoop = hadoop;
  }

  /** Names of the files and when each was written, milliseconds since 1970. */
  Map<String, Long> list() {
    try {
      Map<String, Long> names = new TreeMap<>();
      Arrays.stream(files().listStatus(folder))
          .filter(FileStatus::isFile)
          .forEach(
              status -> {
                String name = status.getPath().getName();
                if (name.endsWith(ENDING) && !name.startsWith(".")) {
                  names.put(
                      name.substring(0, name.length() - ENDING.length()),
                      status.getModificationTime());
                }
              });
      return names;
    } catch (FileNotFoundException none) {
      return Map.of();
    } catch (IOException unreachable) {
      throw new LakeException("listing " + folder + " failed: " + unreachable, unreachable);
    }
  }

  /** Reads a file; empty if there is none. */
  Optional<JsonNode> read(String name) {
    Path path = path(name);
    try (InputStream in = files().open(path)) {
      return Optional.of(JSON.readTree(in));
    } catch (FileNotFoundException none) {
      return Optional.empty();
    } catch (IOException unreadable) {
      throw new LakeException(path + " can't be read: " + unreadable, unreadable);
    }
  }

  /** Writes a file in place of any of the same name. */
  void write(String name, JsonNode content) {
    Path path = path(name);
    try {
      if (!List.of("file", "hdfs", "viewfs").contains(folder.toUri().getScheme())) {
        // An object appears when its stream is closed.
        try (OutputStream out = files().create(path, true)) {
          out.write(JSON.writeValueAsBytes(content));
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
        out.write(JSON.writeValueAsBytes(content));
      }
      context.rename(written, path, Options.Rename.OVERWRITE);
    } catch (IOException failed) {
      throw new LakeException(path + " can't be written: " + failed, failed);
    }
  }

  void delete(String name) {
    try {
      files().delete(path(name), false);
    } catch (IOException failed) {
      throw new LakeException(path(name) + " can't be removed: " + failed, failed);
    }
  }

  private Path path(String name) {
    return new Path(folder, name + ENDING);
  }

  private FileSystem files() throws IOException {
    return folder.getFileSystem(hadoop);
  }
}
