package io.freshet.connect.avro;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/**
 * A type that has null among its values, made of one that may not: a union with null. What encodes
 * a value of the original type, encodes it in the new one after {@code beforeValue}.
 *
 * @param schema the new type
 * @param beforeValue bytes that stand before a value's; empty if the original type was a union
 * @param none encoding of null
 */
record NullableType(Schema schema, byte[] beforeValue, byte[] none) {
  private static final byte[] NOTHING = new byte[0];

  /** A type for values that have no default; null comes first where it is added. */
  static NullableType of(Schema type) {
    return of(type, null);
  }

  /**
   * @param defaultValue default of the field of this type, as Avro's schema classes give it; a
   *     union's default is one of its first branch, so null comes second where there is a default.
   *     null: there is none
   */
  static NullableType of(Schema type, Object defaultValue) {
    return switch (type.getType()) {
      case NULL -> new NullableType(type, NOTHING, NOTHING);
      case UNION -> ofUnion(type);
      default -> {
        Schema none = Schema.create(Schema.Type.NULL);
        boolean nullFirst = defaultValue == null || defaultValue == JsonProperties.NULL_VALUE;
        yield nullFirst
            ? new NullableType(Schema.createUnion(none, type), branch(1), branch(0))
            : new NullableType(Schema.createUnion(type, none), branch(0), branch(1));
      }
    };
  }

  /** The branches keep their numbers, which stand in the values already. */
  private static NullableType ofUnion(Schema union) {
    List<Schema> branches = union.getTypes();
    for (int i = 0; i < branches.size(); i++) {
      if (branches.get(i).getType() == Schema.Type.NULL) {
        return new NullableType(union, NOTHING, branch(i));
      }
    }
    List<Schema> more = new ArrayList<>(branches);
    more.add(Schema.create(Schema.Type.NULL));
    Schema nullable = Schema.createUnion(more);
    nullable.addAllProps(union);
    return new NullableType(nullable, NOTHING, branch(branches.size()));
  }

  private static byte[] branch(int number) {
    ByteBuilder bytes = new ByteBuilder();
    bytes.putLong(number);
    return bytes.toBytes();
  }
}
