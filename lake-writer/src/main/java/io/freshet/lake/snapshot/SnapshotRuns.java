package io.freshet.lake.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Where {@link SnapshotRun}s stand: {@code <warehouse>/.freshet/snapshots/<slot>.json}. */
final class SnapshotRuns {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Configuration hadoop;

  SnapshotRuns(URI warehouse, String slot, Configuration hadoop) {
    this.file = new Path(new Path(warehouse), ".freshet/snapshots/" + slot + ".json");
    this.hadoop = hadoop;
  }

  /** The newest run with this slot. */
  Optional<SnapshotRun> find() {
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      return Optional.of(JSON.readValue(in, SnapshotRun.class));
    } catch (FileNotFoundException none) {
      return Optional.empty();
    } catch (JsonProcessingException damaged) {
      throw new LakeException(
          "%s is damaged; delete it, and the slot and the publication if they are there"
              .formatted(file),
          damaged);
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    }
  }

  void write(SnapshotRun run) {
    try (OutputStream out = file.getFileSystem(hadoop).create(file, true)) {
      out.write(JSON.writeValueAsBytes(run));
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    }
  }

  void delete() {
    try {
      file.getFileSystem(hadoop).delete(file, false);
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    }
  }

  private LakeException unreachable(IOException failed) {
    return new LakeException(
        "%s can't be reached: %s".formatted(file, failed.getMessage()), failed);
  }
}
