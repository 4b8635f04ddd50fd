package io.freshet.local.demo;

import java.util.List;
import java.util.Map;

/**
 * What the lake answered.
 *
 * @param landed number of landed records by topic
 * @param asOf the tables of artists as of each state's instants, soft-deleted rows included
 * @param changedArtists between the second state and the fourth, in the copy-on-write table
 * @param changedArtworks between load and repricing
 */
record Answers(
    Map<String, String> landed,
    List<List<Map<String, String>>> asOf,
    List<Map<String, String>> changedArtists,
    List<Map<String, String>> changedArtworks) {}
