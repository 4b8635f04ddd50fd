package io.freshet.connect.s3;

import io.freshet.connect.format.ByteArrays;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary file of one task. All its buffers share it, in extents, so that thousands of them
 * need one file descriptor. A file for each buffer that is closed between writes would need no
 * more, but must keep its name meanwhile, and a killed worker would leave it behind; this one's
 * name is deleted as soon as it is open.
 *
 * <p>Freed extents are used again; when none is in use, the file is emptied.
 */
final class SpoolFile implements AutoCloseable {
  static final int EXTENT_BYTES = ByteArrays.MAX_BYTES;
  private static final Logger LOG = LoggerFactory.getLogger(SpoolFile.class);

  /** Opens the file, which may be at any place that can be written to and read from. */
  @FunctionalInterface
  interface Opener {
    FileChannel open(Path folder) throws IOException;
  }

  private final Path folder;
  private final Opener opener;

  /** Outside of the heap, from where the system takes it as it is. */
  private final ByteBuffer staging = ByteBuffer.allocateDirect(EXTENT_BYTES);

  private final Deque<Long> free = new ArrayDeque<>();
  private FileChannel channel;
  private long extents;

  /** Asked for by other threads. */
  private volatile long inUse;

  SpoolFile(Path folder) {
    this(folder, SpoolFile::create);
  }

  SpoolFile(Path folder, Opener opener) {
    this.folder = folder;
    this.opener = opener;
  }

  private static FileChannel create(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = Files.createTempFile(folder, "freshet-", ".spool");
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    try {
      Files.deleteIfExists(file);
    } catch (IOException keptOpen) {
      LOG.debug("{} can't be deleted while it is open; it is when it is closed", file, keptOpen);
    }
    return channel;
  }

  Path folder() {
    return folder;
  }

  /** Bytes of all regions, rounded up to extents; any thread may ask. */
  long usedBytes() {
    return inUse * EXTENT_BYTES;
  }

  /** Bytes of one buffer. */
  final class Region implements AutoCloseable {
    private final List<Long> mine = new ArrayList<>();
    private long length;

    long length() {
      return length;
    }

    /** Where to put what is to be appended next; empty, and as large as an extent. */
    ByteBuffer staging() {
      return staging.clear();
    }

    /**
     * Appends what remains in a buffer, all of it or nothing.
     *
     * @throws NoRoomException if the file can't take it
     */
    void append(ByteBuffer bytes) {
      int count = bytes.remaining();
      int begin = bytes.position();
      try {
        for (int done = 0; done < count; ) {
          long at = length + done;
          int now = (int) Math.min(count - done, EXTENT_BYTES - at % EXTENT_BYTES);
          if (at / EXTENT_BYTES == mine.size()) {
            mine.add(allocate());
          }
          writeFully(bytes.slice(begin + done, now), inFile(at));
          done += now;
        }
      } catch (IOException failed) {
        throw new NoRoomException(folder, failed);
      }
      length += count;
    }

    /** Reads up to {@code max} bytes; at least one. */
    int read(long at, byte[] target, int to, int max) throws IOException {
      int now = (int) Math.min(Math.min(max, EXTENT_BYTES - at % EXTENT_BYTES), length - at);
      int got = channel.read(ByteBuffer.wrap(target, to, now), inFile(at));
      if (got <= 0) {
        throw new IOException("the temporary file in " + folder + " was cut short");
      }
      return got;
    }

    private long inFile(long at) {
      return mine.get((int) (at / EXTENT_BYTES)) * EXTENT_BYTES + at % EXTENT_BYTES;
    }

    @Override
    public void close() {
      free.addAll(mine);
      mine.clear();
      length = 0;
      emptyIfUnused();
    }
  }

  private long allocate() throws IOException {
    if (channel == null) {
      channel = opener.open(folder);
    }
    long extent = free.isEmpty() ? extents++ : free.pop();
    inUse = extents - free.size();
    return extent;
  }

  private void writeFully(ByteBuffer bytes, long at) throws IOException {
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  private void emptyIfUnused() {
    inUse = extents - free.size();
    if (extents > 0 && free.size() == extents) {
      free.clear();
      extents = 0;
      try {
        if (channel.isOpen()) {
          channel.truncate(0);
        }
      } catch (IOException kept) {
        LOG.debug("the temporary file in {} keeps its size for now", folder, kept);
      }
    }
  }

  @Override
  public void close() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException notReleased) {
        throw new UncheckedIOException(
            "can't release the temporary file in " + folder, notReleased);
      }
    }
  }
}
