package io.freshet.connect.s3;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** Defines a group's properties one after another. */
final class PropertyGroup {
  private final ConfigDef def;
  private final String name;
  private int order;

  /**
   * @param name the group's name, as it is shown to users
   * @param order number of properties that the group has already
   */
  PropertyGroup(ConfigDef def, String name, int order) {
    this.def = def;
    this.name = name;
    this.order = order;
  }

  /**
   * @param validator null: any value of the type
   */
  PropertyGroup add(
      String property,
      Type type,
      Object defaultValue,
      ConfigDef.Validator validator,
      Importance importance,
      String doc) {
    def.define(
        property,
        type,
        defaultValue,
        validator,
        importance,
        doc,
        name,
        ++order,
        type == Type.STRING || type == Type.LIST || type == Type.PASSWORD
            ? Width.MEDIUM
            : Width.SHORT,
        property);
    return this;
  }
}
