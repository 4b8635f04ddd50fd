package io.freshet.lake.table;

import java.io.Serializable;

/**
 * Which partition each of many keys lies in: 128-bit keys to the numbers of partitions, in some 30
 * bytes each. The keys are hashes, so their own bits spread them. Not thread-safe.
 */
final class KeyPlaces implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What {@link #get} returns for a key that is not there. */
  static final int NOWHERE = -1;

  /** Grown one at a time, so that growing needs little memory beside what there is. */
  private static final int SHARDS = 256;

  private static final int LEAST_SLOTS = 8;

  private final Shard[] shards = new Shard[SHARDS];
  private long size;

  /** Open addressing with linear probing; a slot is free where its place is 0. */
  private static final class Shard implements Serializable {
    private static final long serialVersionUID = 1L;

    private long[] keys;
    private int[] places;
    private int used;

    Shard(int slots) {
      keys = new long[2 * slots];
      places = new int[slots];
    }

    int slot(long high, long low) {
      int mask = places.length - 1;
      int slot = (int) low & mask;
      while (places[slot] != 0 && (keys[2 * slot] != high || keys[2 * slot + 1] != low)) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    void set(int slot, long high, long low, int place) {
      keys[2 * slot] = high;
      keys[2 * slot + 1] = low;
      places[slot] = place + 1;
    }

    void makeRoom() {
      if (used < places.length / 4 * 3) {
        return;
      }
      long[] oldKeys = keys;
      int[] oldPlaces = places;
      keys = new long[2 * oldKeys.length];
      places = new int[2 * oldPlaces.length];
      for (int i = 0; i < oldPlaces.length; i++) {
        if (oldPlaces[i] != 0) {
          set(
              slot(oldKeys[2 * i], oldKeys[2 * i + 1]),
              oldKeys[2 * i],
              oldKeys[2 * i + 1],
              oldPlaces[i] - 1);
        }
      }
    }

    /** Frees a slot, and moves up what stands behind it only because it was taken. */
    void free(int freed) {
      int mask = places.length - 1;
      int hole = freed;
      int next = (hole + 1) & mask;
      while (places[next] != 0) {
        int wanted = (int) keys[2 * next + 1] & mask;
        if (((next - wanted) & mask) >= ((next - hole) & mask)) {
          set(hole, keys[2 * next], keys[2 * next + 1], places[next] - 1);
          hole = next;
        }
        next = (next + 1) & mask;
      }
      places[hole] = 0;
      used--;
    }
  }

  private static int shard(long high) {
    return (int) (high >>> 56);
  }

  long size() {
    return size;
  }

  /** The number of the key's partition, or {@link #NOWHERE}. */
  int get(long high, long low) {
    Shard shard = shards[shard(high)];
    return shard == null ? NOWHERE : shard.places[shard.slot(high, low)] - 1;
  }

  /**
   * @param place 0 or more
   */
  void put(long high, long low, int place) {
    Shard shard = shards[shard(high)];
    if (shard == null) {
      shard = new Shard(LEAST_SLOTS);
      shards[shard(high)] = shard;
    }
    shard.makeRoom();
    int slot = shard.slot(high, low);
    if (shard.places[slot] == 0) {
      shard.used++;
      size++;
    }
    shard.set(slot, high, low, place);
  }

  void remove(long high, long low) {
    Shard shard = shards[shard(high)];
    if (shard != null) {
      int slot = shard.slot(high, low);
      if (shard.places[slot] != 0) {
        shard.free(slot);
        size--;
      }
    }
  }
}
