/**
 * The S3 sink connector: it writes the landing log, one conditional PUT after another, and takes
 * its position from S3 alone.
 */
package io.freshet.connect.s3;
