/** A Hudi table: how it is written, where its position stands, and how Hive learns of it. */
package io.freshet.lake.table;
