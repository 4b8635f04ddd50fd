package io.freshet.connectors;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the REST endpoint: http or https, a host, no credentials; a trailing slash is dropped. */
final class ConnectUrlConverter implements ITypeConverter<URI> {
  @Override
  public URI convert(String text) {
    URI url;
    try {
      url = new URI(text.strip().replaceAll("/+$", ""));
    } catch (URISyntaxException malformed) {
      // The text itself may hold a password, so the message says only what is expected.
      throw new TypeConversionException("not a URL; write it like http://127.0.0.1:8083");
    }
    if (url.getRawUserInfo() != null) {
      throw new TypeConversionException(
          "the URL holds a user and a password; command lines are readable by others, leave them"
              + " out");
    }
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null) {
      throw new TypeConversionException(
          "'" + text + "' is not an http URL; write it like http://127.0.0.1:8083");
    }
    return url;
  }
}
