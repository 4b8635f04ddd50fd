package io.freshet.local.demo;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * One row of the table {@code artworks}.
 *
 * @param artistId null if unknown
 * @param acquired null if on loan
 * @param price with two decimals; null if it was a gift
 */
record Artwork(
    int id, String title, Integer artistId, String medium, LocalDate acquired, BigDecimal price) {}
