/** In which folder a record is landed. */
package io.freshet.connect.partition;
