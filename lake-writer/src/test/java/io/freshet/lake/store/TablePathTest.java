package io.freshet.lake.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.store.TablePath.Kind;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablePathTest {
  private static final String INSTANT = "20261121153433389";

  private static TablePath at(String below) {
    return TablePath.of(new Path("s3a://lake/warehouse/museum/artists/" + below));
  }

  @ParameterizedTest
  @CsvSource({
    ".hoodie/hoodie.properties, PROPERTIES",
    ".hoodie/hoodie.properties.backup, OTHER",
    ".hoodie/timeline, TIMELINE",
    ".hoodie/timeline/20261121153433389.deltacommit.requested, PENDING",
    ".hoodie/timeline/20261121153433389.deltacommit.inflight, PENDING",
    ".hoodie/timeline/20261121153433389_20261121153434703.deltacommit, COMPLETED",
    ".hoodie/timeline/20261121153433389_20261121153434703.replacecommit, COMPLETED",
    ".hoodie/timeline/history, OTHER",
    ".hoodie/timeline/history/1_2_0.parquet, OTHER",
    ".hoodie/.temp, OTHER",
    ".hoodie/.temp/20261121153433389, MARKERS",
    ".hoodie/.temp/20261121153433389/grp=a, PARTITION_MARKERS",
    ".hoodie/.temp/20261121153433389/.f-0_1.log.1_0-305-413.marker.CREATE, MARKER",
    ".hoodie/.temp/20261121153433389/grp=a/f-0_0-1-2_3.parquet.marker.MERGE, MARKER",
    "grp=a/.f-0_20261121153433389.log.1_0-305-413, LOG_FILE",
    ".f-0_20261121153433389.log.12_10-305-413, LOG_FILE",
    ".f-0_20261121153433389.log.1, OTHER",
    "f-0_0-305-413_20261121153433389.parquet, OTHER",
    "grp=a/.hoodie_partition_metadata, PARTITION",
    ".hoodie, OTHER"
  })
  void hudisNamesSayWhatLiesThere(String below, Kind kind) {
    assertThat(at(below).kind()).isEqualTo(kind);
  }

  @Test
  void markersKnowTheirWrite() {
    String markers = "/warehouse/museum/artists/.hoodie/.temp/" + INSTANT;
    assertThat(at(".hoodie/.temp/" + INSTANT + "/grp=a/f.parquet.marker.CREATE").markers())
        .isEqualTo(markers);
    assertThat(at(".hoodie/.temp/" + INSTANT).markers()).isEqualTo(markers);
    assertThat(at(".hoodie/timeline").table()).isEqualTo("/warehouse/museum/artists");
  }

  @Test
  void aFolderIsNotAnotherThatBeginsLikeIt() {
    assertThat(TablePath.isIn("/a/b", "/a/b")).isTrue();
    assertThat(TablePath.isIn("/a/b/c", "/a/b")).isTrue();
    assertThat(TablePath.isIn("/a/bc", "/a/b")).isFalse();
  }
}
