package io.freshet.local.demo;

/**
 * One row of the table {@code artists}.
 *
 * @param nationality null if unknown
 * @param gender null if unknown
 * @param birthYear null if unknown
 * @param deathYear null if alive, or unknown
 */
record Artist(
    int id, String name, String nationality, String gender, Integer birthYear, Integer deathYear) {}
