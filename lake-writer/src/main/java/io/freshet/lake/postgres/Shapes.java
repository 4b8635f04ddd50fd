package io.freshet.lake.postgres;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Geometric types, which PostgreSQL sends as floating-point numbers, as the structs that Debezium
 * makes of them: well-known binary, little-endian, without a reference system.
 */
final class Shapes {
  static final StructType POINT =
      new StructType()
          .add("x", DataTypes.DoubleType)
          .add("y", DataTypes.DoubleType)
          .add("wkb", DataTypes.BinaryType)
          .add("srid", DataTypes.IntegerType);

  static final StructType LINE =
      new StructType()
          .add("a", DataTypes.DoubleType)
          .add("b", DataTypes.DoubleType)
          .add("c", DataTypes.DoubleType);

  static final StructType CIRCLE =
      new StructType().add("center", POINT).add("radius", DataTypes.DoubleType);

  static final StructType GEOMETRY =
      new StructType()
          .add("wkb", DataTypes.BinaryType)
          .add("srid", DataTypes.IntegerType)
          .add(
              "extensions",
              (DataType) DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType, true));

  private static final int WKB_POINT = 1;
  private static final int WKB_LINE_STRING = 2;
  private static final int WKB_POLYGON = 3;

  /** A flag in the type of PostGIS's extended well-known binary. */
  private static final int HAS_SRID = 0x20000000;

  /** A coordinate's bytes. */
  private static final int NUMBER = 8;

  private Shapes() {}

  private record Place(double x, double y) {
    static Place read(byte[] bytes, int at) {
      return new Place(Wire.float8(bytes, at), Wire.float8(bytes, at + NUMBER));
    }
  }

  static Object point(byte[] bytes, int at, int length) {
    Place place = Place.read(bytes, at);
    return row(place.x(), place.y(), wkb(WKB_POINT, List.of(), List.of(place)), null);
  }

  static Object line(byte[] bytes, int at, int length) {
    return row(
        Wire.float8(bytes, at),
        Wire.float8(bytes, at + NUMBER),
        Wire.float8(bytes, at + 2 * NUMBER));
  }

  static Object circle(byte[] bytes, int at, int length) {
    return row(point(bytes, at, length), Wire.float8(bytes, at + 2 * NUMBER));
  }

  static Object segment(byte[] bytes, int at, int length) {
    List<Place> ends = places(bytes, at, 2);
    return geometry(wkb(WKB_LINE_STRING, List.of(2), ends), "type", "lseg");
  }

  static Object box(byte[] bytes, int at, int length) {
    Place high = Place.read(bytes, at);
    Place low = Place.read(bytes, at + 2 * NUMBER);
    return geometry(
        polygonOf(
            List.of(high, new Place(high.x(), low.y()), low, new Place(low.x(), high.y()), high)),
        "type",
        "box");
  }

  static Object path(byte[] bytes, int at, int length) {
    List<Place> places = places(bytes, at + 5, Wire.int4(bytes, at + 1));
    return geometry(
        wkb(WKB_LINE_STRING, List.of(places.size()), places),
        "closed",
        Boolean.toString(bytes[at] != 0),
        "type",
        "path");
  }

  static Object polygon(byte[] bytes, int at, int length) {
    List<Place> ring = new ArrayList<>(places(bytes, at + 4, Wire.int4(bytes, at)));
    ring.add(ring.get(0));
    return geometry(polygonOf(ring), "type", "polygon");
  }

  /** PostGIS sends its extended well-known binary, which says the reference system itself. */
  static Object extended(byte[] bytes, int at, int length) {
    byte[] wkb = Arrays.copyOfRange(bytes, at, at + length);
    ByteBuffer buffer =
        ByteBuffer.wrap(wkb).order(wkb[0] == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    boolean hasSystem = (buffer.getInt(1) & HAS_SRID) != 0;
    return row(wkb, hasSystem ? buffer.getInt(5) : null, null);
  }

  private static List<Place> places(byte[] bytes, int at, int count) {
    List<Place> places = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      places.add(Place.read(bytes, at + i * 2 * NUMBER));
    }
    return places;
  }

  private static byte[] polygonOf(List<Place> ring) {
    return wkb(WKB_POLYGON, List.of(1, ring.size()), ring);
  }

  private static byte[] wkb(int type, List<Integer> counts, List<Place> places) {
    ByteBuffer wkb =
        ByteBuffer.allocate(1 + 4 + 4 * counts.size() + 2 * NUMBER * places.size())
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 1)
            .putInt(type);
    counts.forEach(wkb::putInt);
    places.forEach(place -> wkb.putDouble(place.x()).putDouble(place.y()));
    return wkb.array();
  }

  private static InternalRow geometry(byte[] wkb, String... extensions) {
    Object[] keys = new Object[extensions.length / 2];
    Object[] values = new Object[keys.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = UTF8String.fromString(extensions[2 * i]);
      values[i] = UTF8String.fromString(extensions[2 * i + 1]);
    }
    return row(wkb, null, new ArrayBasedMapData(array(keys), array(values)));
  }

  private static GenericArrayData array(Object[] values) {
    return new GenericArrayData(values);
  }

  private static InternalRow row(Object... values) {
    return new GenericInternalRow(values);
  }
}
