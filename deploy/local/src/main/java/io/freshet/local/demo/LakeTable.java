package io.freshet.local.demo;

/** The lake's tables, as {@code lake.yaml} beside the launcher names them. */
enum LakeTable {
  COW_ARTISTS(SourceTable.ARTISTS, "moma_cow.artists", "moma_cow.artists"),
  MOR_ARTISTS(SourceTable.ARTISTS, "moma_mor.artists", "moma_mor.artists_rt"),
  MOR_ARTWORKS(SourceTable.ARTWORKS, "moma_mor.artworks", "moma_mor.artworks_rt");

  private final SourceTable source;
  private final String table;
  private final String view;

  LakeTable(SourceTable source, String table, String view) {
    this.source = source;
    this.table = table;
    this.view = view;
  }

  SourceTable source() {
    return source;
  }

  /** Its name for Hudi's procedures. */
  String table() {
    return table;
  }

  /** The name that shows its newest state: of a merge-on-read table the real-time view. */
  String view() {
    return view;
  }
}
