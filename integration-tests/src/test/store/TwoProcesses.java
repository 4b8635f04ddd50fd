import io.freshet.lake.store.TableFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A writer's view of a table on S3, and that of another process, which changes it behind the
 * writer's back. Prints what each sees, a line for each question. Run as a source file: its class
 * path is the lake writer's.
 */
public final class TwoProcesses {
  private static final String INSTANT = "20261121153433389";
  private static final int LONG = 17 << 20;

  private final Configuration conf;
  private final Path table;
  private final FileSystem writer;
  private final FileSystem other;

  private TwoProcesses(Map<String, String> environment) throws IOException {
    conf = new Configuration();
    conf.set("fs.s3a.endpoint", environment.get("FRESHET_S3_ENDPOINT"));
    conf.set("fs.s3a.endpoint.region", environment.get("FRESHET_S3_REGION"));
    conf.set("fs.s3a.path.style.access", "true");
    conf.set("fs.s3a.connection.ssl.enabled", "false");
    conf.set(
        "fs.s3a.aws.credentials.provider",
        "com.amazonaws.auth.EnvironmentVariableCredentialsProvider");
    table = new Path("s3a://" + environment.get("FRESHET_S3_BUCKET") + "/warehouse/museum/artists");
    other = FileSystem.newInstance(table.toUri(), conf);
    conf.set("fs.s3a.impl", TableFileSystem.class.getName());
    writer = FileSystem.get(table.toUri(), conf);
  }

  public static void main(String[] args) throws Exception {
    TwoProcesses processes = new TwoProcesses(System.getenv());
    say("writer", processes.writer.getClass().getSimpleName());
    say("other", processes.other.getClass().getSimpleName());
    processes.instants();
    processes.properties();
    processes.markers();
    processes.logFiles();
  }

  private static void say(String question, Object answer) {
    System.out.println(question + ": " + answer);
  }

  private Path at(String below) {
    return new Path(table, below);
  }

  private static void write(FileSystem files, Path path, boolean overwrite, byte[] content)
      throws IOException {
    try (OutputStream out = files.create(path, overwrite)) {
      out.write(content);
    }
  }

  private static void write(FileSystem files, Path path, String content) throws IOException {
    write(files, path, true, content.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(FileSystem files, Path path) throws IOException {
    try (FSDataInputStream in = files.open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String status(FileSystem files, Path path) throws IOException {
    try {
      return files.getFileStatus(path).getLen() + " bytes";
    } catch (FileNotFoundException gone) {
      return "gone";
    }
  }

  private static String names(FileStatus[] files) {
    return Arrays.toString(
        Arrays.stream(files).map(file -> file.getPath().getName()).sorted().toArray());
  }

  /** The writer stands still in a commit, and the other process rolls that back. */
  private void instants() throws IOException {
    Path timeline = at(".hoodie/timeline");
    Path requested = new Path(timeline, INSTANT + ".deltacommit.requested");
    Path inflight = new Path(timeline, INSTANT + ".deltacommit.inflight");
    Path completed = new Path(timeline, INSTANT + "_20261121153434703.deltacommit");
    write(writer, requested, "");
    try (TableFileSystem.Hold held = TableFileSystem.hold(table, conf)) {
      say("held, listed", writer.listStatus(timeline).length);
      write(writer, inflight, "under way");
      say("inflight, other", read(other, inflight));
      say("listed with what the writer wrote", writer.listStatus(timeline).length);
      say("inflight, writer", writer.exists(inflight));
      other.delete(inflight, false);
      say("rolled back, exists", writer.exists(inflight));
      say("rolled back, status", status(writer, inflight));
      try {
        write(writer, requested, false, new byte[0]);
        say("requested again", "written");
      } catch (FileAlreadyExistsException refused) {
        say("requested again", "refused");
      }
      write(writer, completed, "done");
      say("completed, other", read(other, completed));
      other.delete(completed, false);
      say("completed, remembered", read(writer, completed));
      write(other, new Path(timeline, "20261121153500000.clean.requested"), "");
    }
    say("not held, listed", names(writer.listStatus(timeline)));
  }

  private void properties() throws IOException {
    Path properties = at(".hoodie/hoodie.properties");
    write(other, properties, "old");
    try (TableFileSystem.Hold held = TableFileSystem.hold(table, conf)) {
      say("properties", read(writer, properties));
      write(other, properties, "new");
      say("properties, held", read(writer, properties));
      write(writer, properties, "own");
      say("properties, own", read(writer, properties));
      write(other, properties, "new");
    }
    say("properties, not held", read(writer, properties));
  }

  private void markers() throws IOException {
    Path folder = at(".hoodie/.temp/" + INSTANT);
    Path marker = new Path(folder, "grp=a/f-0_0-1-2_3.parquet.marker.CREATE");
    writer.mkdirs(marker.getParent());
    say("marker, before", writer.exists(marker) + " " + writer.exists(folder));
    write(writer, marker, false, new byte[0]);
    say("marker, writer", writer.exists(marker) + " " + writer.exists(folder));
    say("marker, other", other.exists(marker));
    writer.delete(marker, false);
    writer.delete(folder, true);
    say("markers deleted, writer", writer.exists(marker) + " " + writer.exists(folder));
    say("markers deleted, other", other.exists(folder));
    write(other, marker, "");
    say("another's markers", writer.exists(folder) + " " + writer.delete(folder, true));
    say("another's markers deleted", other.exists(folder));
  }

  private void logFiles() throws IOException {
    Path small = at(".f-0_" + INSTANT + ".log.1_0-305-413");
    Path large = at(".f-0_" + INSTANT + ".log.2_0-305-414");
    say("log file, before", writer.exists(small));
    write(writer, small, false, "block".getBytes(StandardCharsets.UTF_8));
    say("log file, other", read(other, small) + ", " + status(writer, small));
    say("large log file, before", writer.exists(large));
    byte[] content = new byte[LONG];
    Arrays.fill(content, (byte) 'x');
    write(writer, large, false, content);
    say("large log file, other", status(other, large) + ", " + status(writer, large));
    Path theirs = at(".f-0_" + INSTANT + ".log.3_0-305-415");
    write(other, theirs, "theirs");
    try {
      write(writer, theirs, false, new byte[0]);
      say("another's log file", "overwritten");
    } catch (FileAlreadyExistsException refused) {
      say("another's log file", "refused");
    }
  }
}
