/**
 * Copies of whole tables from one system to another. A source finds a table and says how it is
 * read, a target writes it; neither knows the other.
 */
package io.freshet.lake.copy;
