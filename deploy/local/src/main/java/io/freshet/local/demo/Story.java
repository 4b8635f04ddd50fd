package io.freshet.local.demo;

import java.util.List;
import java.util.Map;

/**
 * What was done to the museum, and which commits brought it to the lake.
 *
 * @param artistId of the artist that was changed
 * @param states of the table of artists: as loaded, and after each change
 * @param loaded the commit that completed the load of the artworks
 * @param repricing the commit that completed the change of many artworks' prices
 * @param repriced PostgreSQL's rows of those
 */
record Story(
    int artistId,
    List<State> states,
    String loaded,
    String repricing,
    List<Map<String, String>> repriced) {}
