package io.freshet.local.service;

import java.util.Locale;

/** What listens on a port, and the port it takes unless that one is in use. */
enum PortName {
  POSTGRES(Part.POSTGRES, 5432),
  KAFKA(Part.KAFKA, 9092),
  KAFKA_CONTROLLER(Part.KAFKA, 9093),
  CONNECT(Part.CONNECT, 8083),
  REGISTRY(Part.REGISTRY, 8081),
  S3(Part.S3, 9000),
  METASTORE(Part.METASTORE, 9083);

  private final Part part;
  private final int preferred;

  PortName(Part part, int preferred) {
    this.part = part;
    this.preferred = preferred;
  }

  Part part() {
    return part;
  }

  int preferred() {
    return preferred;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
