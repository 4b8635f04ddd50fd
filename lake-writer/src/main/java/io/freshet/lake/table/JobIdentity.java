package io.freshet.lake.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A process that holds leases, as it is written down for others.
 *
 * @param job unique for each run
 * @param command what it runs, such as {@code ingest}
 * @param host its host's name
 * @param pid its process id
 * @param started when the process started, in milliseconds since 1970; 0 if unknown
 * @param pids where process ids mean the same as here: the machine's boot and the pid namespace
 * @param beat counts up while it lives
 */
record JobIdentity(
    String job, String command, String host, long pid, long started, String pids, long beat) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** This process, for one run. */
  static JobIdentity own(String command) {
    ProcessHandle own = ProcessHandle.current();
    return new JobIdentity(
        UUID.randomUUID().toString(), command, hostName(), own.pid(), started(own), pidSpace(), 0);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException nameless) {
      return "unknown";
    }
  }

  private static long started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static String pidSpace() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException notLinux) {
      return UUID.randomUUID().toString(); // Comparable to none, so its heartbeat alone tells.
    }
  }

  JobIdentity at(long count) {
    return new JobIdentity(job, command, host, pid, started, pids, count);
  }

  /** Whether it is known to be gone: a process of this machine that runs no more. */
  boolean isGone() {
    if (!pids.equals(pidSpace())) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return process.isEmpty() || started(process.get()) != started;
  }

  /** {@code ingest on db1, process 4711}. */
  String description() {
    return "%s on %s, process %d".formatted(command, host, pid);
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static JobIdentity fromJson(String json) {
    try {
      return JSON.readValue(json, JobIdentity.class);
    } catch (JsonProcessingException malformed) {
      throw new LakeException("'" + json + "' is no lease of a lake job", malformed);
    }
  }
}
