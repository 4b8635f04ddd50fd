package io.freshet.local.demo;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A small museum's collection, composed from word lists. The same seed gives the same collection on
 * every machine.
 *
 * @param artists with ids from 1 on
 * @param artworks with ids from 1 on, by these artists or by unknown ones
 */
record Museum(List<Artist> artists, List<Artwork> artworks) {
  static final List<String> NATIONALITIES =
      List.of("American", "Brazilian", "Costa Rican", "Dutch", "German", "Japanese");

  static final List<String> MEDIUMS =
      List.of("Oil on canvas", "Lithograph", "Etching", "Gelatin silver print", "Bronze", "Ink");

  private static final List<String> GIVEN_NAMES =
      List.of("Ada", "Bruno", "Célia", "Dirk", "Élan", "Fumi", "Greta", "Hana", "Ivo", "Jörn");

  private static final List<String> NAME_BEGINNINGS =
      List.of("Bel", "Dor", "Far", "Lin", "Mar", "O'Ten", "Quil", "Sø", "Tav", "Wen");

  private static final List<String> NAME_ENDINGS =
      List.of("bach", "dal", "ford", "ini", "kawa", "mond", "ova", "quez", "sen", "well");

  private static final List<String> ADJECTIVES =
      List.of("Blue", "Broken", "Distant", "Early", "Folded", "Quiet", "Restless", "Woven");

  private static final List<String> NOUNS =
      List.of("Bridge", "Chair", "Field", "Harbor", "Ladder", "Night", "River", "Window");

  private static final List<String> GENDERS = List.of("female", "male", "non-binary");

  /** Copies the lists. */
  Museum {
    artists = List.copyOf(artists);
    artworks = List.copyOf(artworks);
  }

  /** Composes a collection. */
  static Museum generate(long seed, int artists, int artworks) {
    Random random = new Random(seed);
    List<Artist> people = new ArrayList<>(artists);
    for (int id = 1; id <= artists; id++) {
      people.add(artist(id, random));
    }
    List<Artwork> works = new ArrayList<>(artworks);
    for (int id = 1; id <= artworks; id++) {
      works.add(artwork(id, artists, random));
    }
    return new Museum(people, works);
  }

  private static Artist artist(int id, Random random) {
    String name =
        "%s %c. %s%s"
            .formatted(
                any(GIVEN_NAMES, random),
                'A' + random.nextInt(26),
                any(NAME_BEGINNINGS, random),
                any(NAME_ENDINGS, random));
    String nationality = oneIn(6, random) ? null : any(NATIONALITIES, random);
    String gender = oneIn(10, random) ? null : any(GENDERS, random);
    int born = 1820 + random.nextInt(180);
    int died = born + 30 + random.nextInt(60);
    boolean birthKnown = !oneIn(12, random);
    return new Artist(
        id, name, nationality, gender, birthKnown ? born : null, died < 2025 ? died : null);
  }

  private static Artwork artwork(int id, int artists, Random random) {
    String title =
        "%s %s, No. %d".formatted(any(ADJECTIVES, random), any(NOUNS, random), random.nextInt(90));
    Integer artist = artists == 0 || oneIn(20, random) ? null : 1 + random.nextInt(artists);
    LocalDate acquired = LocalDate.of(1929, 11, 7).plusDays(random.nextInt(34_000));
    BigDecimal price = BigDecimal.valueOf(100 + random.nextInt(99_999_900), 2);
    return new Artwork(
        id,
        title,
        artist,
        any(MEDIUMS, random),
        oneIn(15, random) ? null : acquired,
        oneIn(4, random) ? null : price);
  }

  private static boolean oneIn(int many, Random random) {
    return random.nextInt(many) == 0;
  }

  private static <T> T any(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }
}
