package io.freshet.connect.avro;

import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;

/** Tells whether one schema has a place for all that data of another may hold. */
final class SchemaCover {
  private record Names(String wide, String narrow) {}

  /** Pairs of records that are looked at already: a type may contain itself. */
  private final Set<Names> seen = new HashSet<>();

  private SchemaCover() {}

  /**
   * Whether each field and symbol of {@code narrow} is in {@code wide} too. The types are taken to
   * fit together.
   */
  static boolean covers(Schema wide, Schema narrow) {
    return new SchemaCover().isCovered(wide, narrow);
  }

  private boolean isCovered(Schema wide, Schema narrow) {
    if (narrow.getType() == Schema.Type.UNION) {
      return narrow.getTypes().stream().allMatch(branch -> isCovered(wide, branch));
    }
    if (wide.getType() == Schema.Type.UNION) {
      return wide.getTypes().stream()
          .anyMatch(
              branch ->
                  branch.getType() == narrow.getType()
                      ? isCovered(branch, narrow)
                      : isPromotion(branch, narrow));
    }
    return switch (narrow.getType()) {
      case RECORD ->
          wide.getType() == Schema.Type.RECORD
              && (!seen.add(new Names(wide.getFullName(), narrow.getFullName()))
                  || narrow.getFields().stream()
                      .allMatch(
                          field ->
                              wide.getField(field.name()) != null
                                  && isCovered(
                                      wide.getField(field.name()).schema(), field.schema())));
      case ARRAY ->
          wide.getType() == Schema.Type.ARRAY
              && isCovered(wide.getElementType(), narrow.getElementType());
      case MAP ->
          wide.getType() == Schema.Type.MAP
              && isCovered(wide.getValueType(), narrow.getValueType());
      case ENUM ->
          wide.getType() == Schema.Type.ENUM
              && wide.getEnumSymbols().containsAll(narrow.getEnumSymbols());
      default -> wide.getType() == narrow.getType() || isPromotion(wide, narrow);
    };
  }

  /** Promotions that keep every digit. */
  private static boolean isPromotion(Schema wide, Schema narrow) {
    return switch (wide.getType()) {
      case LONG, DOUBLE -> narrow.getType() == Schema.Type.INT || isFloat(wide, narrow);
      case STRING -> narrow.getType() == Schema.Type.BYTES;
      case BYTES -> narrow.getType() == Schema.Type.STRING;
      default -> false;
    };
  }

  private static boolean isFloat(Schema wide, Schema narrow) {
    return wide.getType() == Schema.Type.DOUBLE && narrow.getType() == Schema.Type.FLOAT;
  }
}
