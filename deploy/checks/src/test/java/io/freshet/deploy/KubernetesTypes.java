package io.freshet.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.strimzi.api.kafka.model.connect.KafkaConnect;
import io.strimzi.api.kafka.model.connector.KafkaConnector;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Kubernetes' and Strimzi's own types of manifests. They take fields that they don't know as
 * additional ones, as an API server drops them without a word: those are looked for here.
 */
final class KubernetesTypes {
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("v1/ConfigMap", ConfigMap.class),
          Map.entry("v1/Service", Service.class),
          Map.entry("v1/ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1/Deployment", Deployment.class),
          Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("rbac.authorization.k8s.io/v1/Role", Role.class),
          Map.entry("rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class),
          Map.entry("kafka.strimzi.io/v1/KafkaConnect", KafkaConnect.class),
          Map.entry("kafka.strimzi.io/v1/KafkaConnector", KafkaConnector.class));

  /** Of the Spark Operator, whose types are not published for Java: deploy/check.sh has them. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "sparkoperator.k8s.io/v1beta2/SparkApplication",
          "sparkoperator.k8s.io/v1beta2/ScheduledSparkApplication");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  static {
    new KubernetesSerialization(MAPPER, false);
  }

  private KubernetesTypes() {}

  /** Paths of fields that a manifest's type does not have. */
  static List<String> unknownFields(JsonNode manifest) {
    String type = manifest.path("apiVersion").asText() + "/" + manifest.path("kind").asText();
    if (ELSEWHERE.contains(type)) {
      return List.of();
    }
    Class<?> known = TYPES.get(type);
    if (known == null) {
      return List.of("no type is known for " + type);
    }
    List<String> unknown = new ArrayList<>();
    collect(MAPPER.convertValue(manifest, known), "", unknown);
    return unknown.stream().distinct().toList();
  }

  private static void collect(Object value, String path, List<String> unknown) {
    if (value instanceof Collection<?> many) {
      int index = 0;
      for (Object each : many) {
        collect(each, path + "[" + index++ + "]", unknown);
      }
      return;
    }
    if (value == null || !isBean(value.getClass())) {
      return;
    }
    for (Method method : value.getClass().getMethods()) {
      if (method.getParameterCount() != 0 || !method.getName().startsWith("get")) {
        continue;
      }
      Object found = call(method, value);
      if (method.getName().equals("getAdditionalProperties")) {
        if (found instanceof Map<?, ?> more && !more.isEmpty()) {
          unknown.add(path + ": " + more.keySet());
        }
      } else {
        String name = method.getName().substring(3);
        String field = name.isEmpty() ? "" : name.substring(0, 1).toLowerCase() + name.substring(1);
        collect(found, path.isEmpty() ? field : path + "." + field, unknown);
      }
    }
  }

  private static boolean isBean(Class<?> type) {
    return !type.isEnum()
        && (type.getName().startsWith("io.fabric8.kubernetes.api.model.")
            || type.getName().startsWith("io.strimzi.api."));
  }

  private static Object call(Method method, Object value) {
    try {
      return method.invoke(value);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new AssertionError(method + " of " + value, e);
    }
  }
}
