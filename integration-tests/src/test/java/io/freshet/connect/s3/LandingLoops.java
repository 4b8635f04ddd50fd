package io.freshet.connect.s3;

import io.apicurio.registry.utils.converter.AvroConverter;
import io.apicurio.registry.utils.converter.avro.AvroData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.converters.ByteArrayConverter;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.Converter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Ways of bringing messages into local files, one thread each; an operation is a record. */
public class LandingLoops {

  /** What all loops have in common: the messages' length, and a scratch file. */
  @State(Scope.Thread)
  public static class Source {
    /** Bytes of a message. */
    @Param({"200", "2000"})
    public int bytes;

    /** How often a message has the columns of the table: of one alone, a text is most of it. */
    @Param("1")
    public int sets;

    /** Whether what is landed goes to a file; otherwise it is read and goes nowhere. */
    @Param("true")
    public boolean toFile;

    Messages messages;
    Path file;

    /** Makes the messages. */
    @Setup(Level.Trial)
    public void make() throws IOException {
      messages = Messages.ofBytes(bytes, sets);
      file = Files.createTempFile("freshet-benchmark-", ".avro");
    }

    /** Leaves nothing behind. */
    @TearDown(Level.Trial)
    public void clear() throws IOException {
      Files.deleteIfExists(file);
    }

    Optional<Path> target() {
      return toFile ? Optional.of(file) : Optional.empty();
    }

    Converter avroConverter() {
      AvroConverter<Object> converter = new AvroConverter<>();
      converter.configure(
          Map.of(
              "apicurio.registry.url", messages.registry() + "/apis/registry/v2",
              "apicurio.registry.headers.enabled", "false",
              "apicurio.registry.as-confluent", "true",
              "apicurio.registry.use-id", "contentId"),
          false);
      return converter;
    }
  }

  /** The sink with {@code ByteArrayConverter}. */
  @State(Scope.Thread)
  public static class PassThrough {
    /** Kafka partitions of the task. */
    @Param("10")
    public int partitions;

    DrivenTask task;

    /** Starts the task. */
    @Setup(Level.Trial)
    public void start(Source source) {
      task =
          new DrivenTask(
              source.messages, new ByteArrayConverter(), partitions, 50, source.target(), Map.of());
    }

    /** Stops the task. */
    @TearDown(Level.Trial)
    public void stop() {
      task.close();
    }
  }

  /** The sink with {@code AvroConverter}. */
  @State(Scope.Thread)
  public static class Decoded {
    DrivenTask task;

    /** Starts the task. */
    @Setup(Level.Trial)
    public void start(Source source) {
      task =
          new DrivenTask(
              source.messages, source.avroConverter(), 10, 50, source.target(), Map.of());
    }

    /** Stops the task. */
    @TearDown(Level.Trial)
    public void stop() {
      task.close();
    }
  }

  /** What a sink without any care for a log does: converter, Avro record, file. */
  @State(Scope.Thread)
  public static class Plain {
    private static final int PER_FILE = 10_000;

    private final RecordHeaders headers = new RecordHeaders();

    Converter converter;
    AvroData data;
    DataFileWriter<GenericRecord> writer;
    int written;
    int message;

    /** Opens the first file. */
    @Setup(Level.Trial)
    public void start(Source source) throws IOException {
      converter = source.avroConverter();
      data = new AvroData(100);
      open(source);
    }

    private void open(Source source) throws IOException {
      writer = new DataFileWriter<>(new GenericDatumWriter<>(source.messages.schema()));
      writer.setSyncInterval(64 * 1024);
      writer.create(source.messages.schema(), source.file.toFile());
    }

    void append(Source source) throws IOException {
      byte[][] messages = source.messages.messages();
      SchemaAndValue value =
          converter.toConnectData("moma.public.artworks", headers, messages[message]);
      message = message + 1 == messages.length ? 0 : message + 1;
      writer.append((GenericRecord) data.fromConnectData(value.schema(), value.value()));
      if (++written % PER_FILE == 0) {
        writer.close();
        open(source);
      }
    }

    /** Closes the last file. */
    @TearDown(Level.Trial)
    public void stop() throws IOException {
      writer.close();
    }
  }

  /** The limit: blocks that were encoded beforehand, appended to a file. */
  @State(Scope.Thread)
  public static class Blocks {
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int FILE_RECORDS = 10_000;

    /** Different blocks, in turn: one alone never leaves the processor's cache. */
    @Param("1")
    public int different;

    private final List<ByteBuffer> blocks = new ArrayList<>();
    private FileChannel channel;
    private Polls polls;
    private int perBlock;
    private int next;
    private int due;
    private int inFile;

    /** Encodes the blocks. */
    @Setup(Level.Trial)
    public void start(Source source) throws IOException {
      byte[][] messages = source.messages.messages();
      perBlock = BLOCK_BYTES / source.bytes;
      int record = 0;
      while (blocks.size() < different) {
        ByteBuffer block = ByteBuffer.allocate(perBlock * (source.bytes + 8));
        for (int i = 0; i < perBlock; i++) {
          byte[] message = messages[record++ % messages.length];
          // Its body and the two appended columns.
          block.put(message, 5, message.length - 5).put(new byte[8]);
        }
        blocks.add(block.flip());
      }
      polls = new Polls(source.messages, new ByteArrayConverter(), 10, 50);
      open(source);
    }

    private void open(Source source) throws IOException {
      channel =
          FileChannel.open(
              source.file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
      inFile = 0;
    }

    void append(Source source, int records) throws IOException {
      for (due += records; due >= perBlock; due -= perBlock) {
        ByteBuffer block = blocks.get(next).rewind();
        next = next + 1 == blocks.size() ? 0 : next + 1;
        while (block.hasRemaining()) {
          channel.write(block);
        }
        inFile += perBlock;
        if (inFile >= FILE_RECORDS) {
          channel.close();
          open(source);
        }
      }
    }

    /** Closes the last file. */
    @TearDown(Level.Trial)
    public void stop() throws IOException {
      channel.close();
    }
  }

  /** Our sink, undecoded. */
  @Benchmark
  @OperationsPerInvocation(Polls.BATCH)
  public void passThrough(Source source, PassThrough state) {
    state.task.putBatch();
  }

  /** Our sink behind a converter that decodes. */
  @Benchmark
  @OperationsPerInvocation(Polls.BATCH)
  public void decoded(Source source, Decoded state) {
    state.task.putBatch();
  }

  /** Converter and file, nothing else. */
  @Benchmark
  @OperationsPerInvocation(Polls.BATCH)
  public void plain(Source source, Plain state) throws IOException {
    for (int i = 0; i < Polls.BATCH; i++) {
      state.append(source);
    }
  }

  /** Bytes into a file, nothing else. */
  @Benchmark
  @OperationsPerInvocation(Polls.BATCH)
  public void blocks(Source source, Blocks state) throws IOException {
    state.append(source, Polls.BATCH);
  }

  /** The same, and what a worker does before any sink: records for a batch. */
  @Benchmark
  @OperationsPerInvocation(Polls.BATCH)
  public List<SinkRecord> polledBlocks(Source source, Blocks state) throws IOException {
    List<SinkRecord> batch = state.polls.next();
    state.append(source, batch.size());
    return batch;
  }
}
