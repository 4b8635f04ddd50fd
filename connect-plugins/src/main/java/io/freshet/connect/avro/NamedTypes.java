package io.freshet.connect.avro;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * The named types of one schema under construction. Avro lets a name stand for one definition only,
 * and types that come from different schemas know nothing of each other.
 */
final class NamedTypes {
  /** Every name that is taken; null where its definition is still being made. */
  private final Map<String, Schema> taken = new HashMap<>();

  /** Takes a name whose definition no other type can equal. */
  void reserve(String fullName) {
    taken.put(fullName, null);
  }

  /** Takes the names of a schema that stays as it is. */
  void add(Schema schema) {
    switch (schema.getType()) {
      case RECORD -> {
        if (taken.putIfAbsent(schema.getFullName(), schema) == null) {
          schema.getFields().forEach(field -> add(field.schema()));
        }
      }
      case ENUM, FIXED -> taken.putIfAbsent(schema.getFullName(), schema);
      case UNION -> schema.getTypes().forEach(this::add);
      case ARRAY -> add(schema.getElementType());
      case MAP -> add(schema.getValueType());
      default -> {
        // A type without a name.
      }
    }
  }

  /**
   * Takes in a schema of another origin, and its names.
   *
   * @return the schema, in which a type is renamed if its name already stands for a type that is
   *     not the same; its encoding is unchanged
   */
  Schema adopt(Schema schema) {
    return adopt(schema, new HashMap<>());
  }

  /**
   * @param adopted what became of the schema's named types so far, by their own full names
   */
  private Schema adopt(Schema schema, Map<String, Schema> adopted) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> {
        Schema known = adopted.get(schema.getFullName());
        yield known != null ? known : adoptNamed(schema, adopted);
      }
      case UNION ->
          Schema.createUnion(
              schema.getTypes().stream().map(branch -> adopt(branch, adopted)).toList());
      case ARRAY -> described(Schema.createArray(adopt(schema.getElementType(), adopted)), schema);
      case MAP -> described(Schema.createMap(adopt(schema.getValueType(), adopted)), schema);
      default -> schema;
    };
  }

  private Schema adoptNamed(Schema schema, Map<String, Schema> adopted) {
    if (schema.equals(taken.get(schema.getFullName()))) {
      adopted.put(schema.getFullName(), schema);
      return schema;
    }
    String namespace = schema.getNamespace();
    for (int number = 1; taken.containsKey(fullName(namespace, schema.getName())); number++) {
      namespace = namespace(schema.getNamespace(), number);
    }
    reserve(fullName(namespace, schema.getName()));
    Schema renamed =
        switch (schema.getType()) {
          case ENUM ->
              Schema.createEnum(
                  schema.getName(),
                  schema.getDoc(),
                  namespace,
                  schema.getEnumSymbols(),
                  schema.getEnumDefault());
          case FIXED ->
              Schema.createFixed(
                  schema.getName(), schema.getDoc(), namespace, schema.getFixedSize());
          default ->
              Schema.createRecord(schema.getName(), schema.getDoc(), namespace, schema.isError());
        };
    adopted.put(schema.getFullName(), renamed);
    if (schema.getType() == Schema.Type.RECORD) {
      List<Schema.Field> fields = new ArrayList<>();
      for (Schema.Field field : schema.getFields()) {
        fields.add(Fields.copy(field, adopt(field.schema(), adopted)));
      }
      renamed.setFields(fields);
    }
    described(renamed, schema);
    taken.put(renamed.getFullName(), renamed);
    return renamed;
  }

  /** Properties are copied, and the logical type that some of them make. */
  private static Schema described(Schema copy, Schema original) {
    copy.addAllProps(original);
    if (original.getLogicalType() != null) {
      original.getLogicalType().addToSchema(copy);
    }
    return copy;
  }

  private static String namespace(String own, int number) {
    String added = number == 1 ? "column" : "column" + number;
    return own == null ? added : own + "." + added;
  }

  private static String fullName(String namespace, String name) {
    return namespace == null ? name : namespace + "." + name;
  }
}
