package io.freshet.lake.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDiskTest {
  @TempDir java.nio.file.Path folder;

  private FileSystem open(Class<? extends FileSystem> kind) throws Exception {
    Configuration conf = new Configuration();
    conf.setClass("fs.file.impl", kind, FileSystem.class);
    return FileSystem.newInstance(folder.toUri(), conf);
  }

  private Path write(FileSystem disk, String name) throws Exception {
    Path file = new Path(folder.resolve(name).toUri());
    try (var out = disk.create(file)) {
      out.write("some text".getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  /** It is the same disk, so all that Hadoop says of a file is what it says. */
  @Test
  void aFileIsAsHadoopMakesIt() throws Exception {
    try (FileSystem mine = open(LocalDisk.class);
        FileSystem usual = open(LocalFileSystem.class)) {
      Path made = write(mine, "a/b/mine");
      write(usual, "a/b/usual");
      FileStatus one = mine.getFileStatus(made);
      FileStatus other = usual.getFileStatus(made);
      assertThat(one.getPermission()).isEqualTo(other.getPermission());
      assertThat(one.getOwner()).isEqualTo(other.getOwner());
      assertThat(one.getGroup()).isEqualTo(other.getGroup());
      assertThat(one.getLen()).isEqualTo(other.getLen()).isEqualTo(9);
      assertThat(one.getModificationTime()).isEqualTo(other.getModificationTime());
      assertThat(one.getBlockSize()).isEqualTo(other.getBlockSize());
      assertThat(one.getPath()).isEqualTo(other.getPath());
      for (String name : new String[] {"a", "a/b"}) {
        Path made2 = new Path(folder.resolve(name).toUri());
        assertThat(mine.getFileStatus(made2).isDirectory()).isTrue();
        assertThat(mine.getFileStatus(made2).getPermission())
            .isEqualTo(usual.getFileStatus(made2).getPermission());
      }
      assertThat(Files.getPosixFilePermissions(folder.resolve("a/b/mine")))
          .isEqualTo(Files.getPosixFilePermissions(folder.resolve("a/b/usual")));
      assertThat(mine.listStatus(made.getParent())).hasSize(2);
    }
  }

  @Test
  void permissionsAreSetAsAsked() throws Exception {
    try (FileSystem disk = open(LocalDisk.class)) {
      Path file = write(disk, "private");
      disk.setPermission(file, new FsPermission("600"));
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("private"))))
          .isEqualTo("rw-------");
      Path shared = new Path(folder.resolve("shared").toUri());
      disk.mkdirs(shared);
      disk.setPermission(shared, new FsPermission("1777"));
      assertThat((Integer) Files.getAttribute(folder.resolve("shared"), "unix:mode") & 07777)
          .isEqualTo(01777);
      assertThatThrownBy(() -> disk.getFileStatus(new Path(folder.resolve("none").toUri())))
          .isInstanceOf(FileNotFoundException.class)
          .hasMessageContaining("none");
      assertThat(disk.exists(new Path(file, "in what is no folder"))).isFalse();
    }
  }

  @Test
  void noProcessIsStarted() throws Exception {
    assertThat(processes(LocalFileSystem.class)).isPositive();
    assertThat(processes(LocalDisk.class)).isZero();
  }

  private long processes(Class<? extends FileSystem> kind) throws Exception {
    java.nio.file.Path seen = folder.resolve(kind.getSimpleName() + ".jfr");
    try (Recording recording = new Recording();
        FileSystem disk = open(kind)) {
      recording.enable("jdk.ProcessStart");
      recording.start();
      Path file = write(disk, "folder/file of " + kind.getSimpleName());
      disk.listLocatedStatus(file.getParent()).next();
      disk.rename(file, new Path(file.getParent(), "renamed"));
      recording.stop();
      recording.dump(seen);
    }
    return RecordingFile.readAllEvents(seen).stream()
        .filter(event -> event.getString("command").contains(folder.toString()))
        .count();
  }
}
