package io.freshet.connectors;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link ConnectCluster} of the test run, started when first asked for. */
final class ConnectClusterExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(ConnectClusterExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ConnectCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("cluster", key -> start(), ConnectCluster.class);
  }

  private static ConnectCluster start() {
    try {
      return ConnectCluster.start();
    } catch (Exception failed) {
      throw new IllegalStateException(
          "the test cluster does not start; see target/connect-cluster.log", failed);
    }
  }
}
