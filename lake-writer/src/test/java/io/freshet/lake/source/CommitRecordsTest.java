package io.freshet.lake.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import io.freshet.schemas.LandingCommit;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Partitions whose steps are commit records, in a log on disk. */
class CommitRecordsTest {
  private static final String TOPIC = "moma.public.artists";
  private static final UUID WRITER = new UUID(1, 2);

  @TempDir Path folder;
  private LandingLog log;
  private final List<String> requests = new ArrayList<>();

  @BeforeEach
  void open() {
    HadoopLandingStore disk =
        new HadoopLandingStore(
            new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration(false));
    log = new LandingLog(new Counted(disk, requests), "topics");
  }

  @AfterEach
  void close() {
    log.close();
  }

  private static String dataKey(long position, String path, int number, String extension) {
    return "topics/%s/%s/%s+0+%020d+%s-%d.%s"
        .formatted(TOPIC, path, TOPIC, position, WRITER, number, extension);
  }

  private void commit(long position, long next, String... keys) throws IOException {
    List<Map<String, Object>> files = new ArrayList<>();
    for (String key : keys) {
      files.add(entry(next, key, LandingCommit.KIND_DATA));
    }
    commit(position, next, files);
  }

  private static Map<String, Object> entry(long next, String key, String kind) {
    Map<String, Object> entry =
        new HashMap<>(new LandingMetadata(next, 2, 7, WRITER, 1, 2).toMap());
    entry.put(LandingCommit.FILE_KEY, key);
    entry.put(LandingCommit.FILE_BYTES, 33);
    entry.put(LandingCommit.FILE_KIND, kind);
    return entry;
  }

  private void commit(long position, long next, List<Map<String, Object>> files)
      throws IOException {
    Map<String, Object> record =
        new HashMap<>(new LandingMetadata(next, 4, -1, WRITER, 1, 2).toMap());
    record.put(LandingCommit.POSITION, position);
    record.put(LandingCommit.FILES, files);
    write(
        LandingCommit.key("topics", TOPIC, 0, position),
        new ObjectMapper().writeValueAsBytes(record));
  }

  private void write(String key, byte[] bytes) throws IOException {
    Path file = folder.resolve(key);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private List<String> read(OptionalLong from, int limit) {
    return log.files(TOPIC, 0, from, limit).stream()
        .map(
            file ->
                "%d-%d %s"
                    .formatted(
                        file.position(),
                        file.next(),
                        file.path()
                            .substring(file.path().indexOf(TOPIC) + TOPIC.length() + 1)
                            .replaceAll("/.*", "")))
        .toList();
  }

  @Test
  void recordsAloneTellWhatWasLanded() throws IOException {
    write(dataKey(0, "country=NL", 0, "avro"), new byte[1]);
    assertThat(log.partitions(TOPIC)).as("nothing is committed yet").isEmpty();
    commit(0, 5, dataKey(0, "country=DE", 0, "avro"), dataKey(0, "country=FR", 1, "avro"));
    commit(5, 9, dataKey(5, "country=DE", 0, "avro"));
    assertThat(log.partitions(TOPIC)).containsExactly(0);
    assertThat(read(OptionalLong.empty(), 100))
        .containsExactly("0-5 country=DE", "0-5 country=FR", "5-9 country=DE");
    assertThat(read(OptionalLong.of(5), 100)).containsExactly("5-9 country=DE");
    assertThat(read(OptionalLong.of(9), 100)).isEmpty();
    LandedFile file = log.files(TOPIC, 0, OptionalLong.of(5), 1).get(0);
    assertThat(file.records()).isEqualTo(2);
    assertThat(file.schemaId()).isEqualTo(7);
    assertThat(file.bytes()).isEqualTo(33);
    assertThat(file.path()).endsWith(dataKey(5, "country=DE", 0, "avro"));
  }

  @Test
  void aStepIsReadWhole() throws IOException {
    commit(
        0, 5, dataKey(0, "a", 0, "avro"), dataKey(0, "b", 1, "avro"), dataKey(0, "c", 2, "avro"));
    commit(5, 9, dataKey(5, "a", 0, "avro"));
    assertThat(read(OptionalLong.empty(), 1)).containsExactly("0-5 a", "0-5 b", "0-5 c");
  }

  @Test
  void aGapStopsTheReader() throws IOException {
    commit(0, 5, dataKey(0, "a", 0, "avro"));
    commit(6, 9, dataKey(6, "a", 0, "avro"));
    assertThatThrownBy(() -> read(OptionalLong.empty(), 100))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(
            "topic moma.public.artists, partition 0 has a file at position 6, but position 5 comes");
  }

  @Test
  void filesInThePartitionsFolderWaitForTheirCommit() throws IOException {
    write(dataKey(0, "partition=0", 0, "avro"), new byte[1]);
    assertThat(log.partitions(TOPIC)).containsExactly(0);
    assertThat(read(OptionalLong.empty(), 100)).isEmpty();
    commit(0, 5, dataKey(0, "partition=0", 0, "avro"));
    assertThat(read(OptionalLong.empty(), 100))
        .as("without looking for partitions again")
        .containsExactly("0-5 partition=0");
  }

  @Test
  void plainPartitionsBesideAreStillRead() throws IOException {
    commit(0, 5, dataKey(0, "country=DE", 0, "avro"));
    Files.createDirectories(folder.resolve(LandingKey.prefix("topics", TOPIC, 1)));
    assertThat(log.partitions(TOPIC)).containsExactly(0, 1);
    assertThat(log.files(TOPIC, 1, OptionalLong.empty(), 10)).isEmpty();
  }

  @Test
  void keysAndHeadersBesideAreLeftAlone() throws IOException {
    commit(
        0,
        5,
        List.of(
            entry(5, dataKey(0, "a", 0, "avro"), LandingCommit.KIND_DATA),
            entry(5, dataKey(0, "a", 0, "keys.json"), LandingCommit.KIND_KEYS),
            entry(5, dataKey(0, "a", 0, "headers.avro"), LandingCommit.KIND_HEADERS)));
    assertThat(read(OptionalLong.empty(), 100)).containsExactly("0-5 a");
  }

  @Test
  void costsOneListAndOneReadForEachStep() throws IOException {
    for (int i = 0; i < 50; i++) {
      commit(0, 5, dataKey(0, "folder=" + i, 0, "avro"));
      write(dataKey(0, "folder=" + i, 0, "avro"), new byte[1]);
    }
    log.partitions(TOPIC);
    requests.clear();
    assertThat(log.partitions(TOPIC)).containsExactly(0);
    assertThat(requests).containsExactly("folders topics/moma.public.artists/_commits/");
    requests.clear();
    assertThat(read(OptionalLong.empty(), 100)).hasSize(1);
    assertThat(requests)
        .containsExactly(
            "list topics/moma.public.artists/_commits/0/",
            "read topics/moma.public.artists/_commits/0/00000000000000000000.json",
            "list topics/moma.public.artists/_head/");
    requests.clear();
    read(OptionalLong.of(5), 100);
    assertThat(requests).as("at a position the log's head is not asked for").hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "{}, it lists no data file",
    "nonsense, it is not JSON",
    "'{\"files\":[{\"key\":\"topics/moma.public.artists/a/x.json\"}]}', land this topic with format.class=avro",
    "'{\"files\":[{\"key\":\"topics/moma.public.artists/a/x.avro\"}]}', metadata 'freshet-next' is missing"
  })
  void whatIsNoCommitRecordIsNamed(String json, String reason) throws IOException {
    write(LandingCommit.key("topics", TOPIC, 0, 0), json.getBytes());
    assertThatThrownBy(() -> read(OptionalLong.empty(), 100))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("_commits/0/00000000000000000000.json is no commit record")
        .hasMessageContaining(reason);
  }

  @Test
  void aCopiedLogIsReadWhereItLies() throws IOException {
    commit(0, 5, "elsewhere/deep/" + TOPIC + "/country=DE/x.avro");
    assertThat(log.files(TOPIC, 0, OptionalLong.empty(), 10).get(0).path())
        .endsWith("topics/" + TOPIC + "/country=DE/x.avro");
  }

  /** Notes what the store is asked. */
  private record Counted(LandingStore store, List<String> requests) implements LandingStore {
    @Override
    public List<String> folders(String prefix) {
      requests.add("folders " + prefix);
      return store.folders(prefix);
    }

    @Override
    public List<StoredObject> list(String prefix, String startAfter, int limit) {
      requests.add("list " + prefix);
      return store.list(prefix, startAfter, limit);
    }

    @Override
    public LandingMetadata metadata(String key) {
      requests.add("metadata " + key);
      return store.metadata(key);
    }

    @Override
    public byte[] read(String key) {
      requests.add("read " + key);
      return store.read(key);
    }

    @Override
    public String path(String key) {
      return store.path(key);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
