/** How tables are reached on S3, with as few requests as a commit can do with. */
package io.freshet.lake.store;
