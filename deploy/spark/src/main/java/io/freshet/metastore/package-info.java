/** The Hive metastore of the embedded stack. */
package io.freshet.metastore;
