package io.freshet.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a source connector's lists say, and what a snapshot has noted. */
class SourceTablesTest {
  private static boolean captures(Map<String, String> config) {
    return new SourceTables(config).capture("public", "artists");
  }

  @Test
  void expressionsMatchWholeNamesInAnyCase() {
    assertThat(captures(Map.of())).isTrue();
    assertThat(captures(Map.of("table.include.list", "public.artists,public.artworks"))).isTrue();
    assertThat(captures(Map.of("table.include.list", "PUBLIC\\.ART.*"))).isTrue();
    assertThat(captures(Map.of("table.include.list", "public.art, public.artist"))).isFalse();
    assertThat(captures(Map.of("table.exclude.list", "other.*, public.artists"))).isFalse();
    assertThat(captures(Map.of("schema.include.list", "sales"))).isFalse();
    assertThat(captures(Map.of("schema.include.list", "public"))).isTrue();
    assertThat(captures(Map.of("schema.exclude.list", "pub.*"))).isFalse();
  }

  @Test
  void aSnapshotsMarkIsToldFromOtherComments() {
    assertThat(SnapshotMark.in(null)).isEmpty();
    assertThat(SnapshotMark.in("of the museum")).isEmpty();
    assertThat(
            SnapshotMark.in(
                "freshet-snapshot {\"slot\":\"s\",\"lsn\":\"0/1\",\"topicPrefix\":\"p\",\"finished\":true,\"later\":1}"))
        .contains(new SnapshotMark("s", "0/1", "p", true));
    assertThatThrownBy(() -> SnapshotMark.in("freshet-snapshot {\"slot\":"))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("the comment of the publication was changed");
  }
}
