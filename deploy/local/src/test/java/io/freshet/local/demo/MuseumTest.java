package io.freshet.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MuseumTest {
  private final Museum museum = Museum.generate(1929, 300, 900);

  @Test
  void theSameSeedGivesTheSameCollection() {
    assertThat(Museum.generate(1929, 300, 900)).isEqualTo(museum);
    assertThat(Museum.generate(1930, 300, 900)).isNotEqualTo(museum);
  }

  @Test
  void idsAreNumberedFromOne() {
    assertThat(museum.artists().stream().map(Artist::id))
        .isEqualTo(IntStream.rangeClosed(1, 300).boxed().toList());
    assertThat(museum.artworks().stream().map(Artwork::id))
        .isEqualTo(IntStream.rangeClosed(1, 900).boxed().toList());
  }

  @Test
  void everyNationalityOccursAndSomeAreUnknown() {
    assertThat(museum.artists().stream().map(Artist::nationality).distinct())
        .containsAll(Museum.NATIONALITIES)
        .contains((String) null)
        .hasSize(Museum.NATIONALITIES.size() + 1);
  }

  @Test
  void nobodyDiesBeforeBirth() {
    List<Artist> dated =
        museum.artists().stream()
            .filter(a -> a.birthYear() != null && a.deathYear() != null)
            .toList();
    assertThat(dated).hasSizeGreaterThan(100).allMatch(a -> a.birthYear() < a.deathYear());
    assertThat(museum.artists()).anyMatch(a -> a.birthYear() == null);
    assertThat(museum.artists()).anyMatch(a -> a.deathYear() == null);
  }

  @Test
  void artworksAreByTheseArtistsOrByUnknownOnes() {
    assertThat(museum.artworks().stream().map(Artwork::artistId).filter(Objects::nonNull))
        .hasSizeGreaterThan(500)
        .allMatch(id -> id >= 1 && id <= 300);
    assertThat(museum.artworks()).anyMatch(a -> a.artistId() == null);
  }

  @Test
  void pricesHaveTwoDecimalsAndRoomToRise() {
    assertThat(museum.artworks().stream().map(Artwork::price).filter(Objects::nonNull))
        .allMatch(price -> price.scale() == 2 && price.signum() > 0 && price.precision() <= 8);
    assertThat(museum.artworks()).anyMatch(a -> a.price() == null);
  }

  @Test
  void textsHaveQuotesAndLettersBeyondAscii() {
    assertThat(museum.artists()).anyMatch(a -> a.name().contains("'"));
    assertThat(museum.artists()).anyMatch(a -> a.name().chars().anyMatch(c -> c > 127));
  }

  @Test
  void aLifeChangesEveryColumnMovesThePartitionAndEnds() {
    Artist hero = Change.hero(museum);
    List<Change> life = Change.lifeOf(hero);
    assertThat(life).extracting(Change::operation).containsExactly("u", "u", "u", "u", "d");
    assertThat(life.get(2).sql())
        .contains("nationality = ")
        .doesNotContain("'" + hero.nationality() + "'");
    assertThat(life).allMatch(c -> c.sql().endsWith("where artist_id = " + hero.id()));
  }
}
