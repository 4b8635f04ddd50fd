/** Main classes of the services that have none of their own. */
package io.freshet.local.server;
