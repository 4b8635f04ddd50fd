package io.freshet.local.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs one step per part, side by side, each after those it waits for. */
final class ParallelSteps {
  private record Step(Set<Part> after, Callable<String> action) {}

  private final Progress progress;
  private final Map<Part, Step> steps = new EnumMap<>(Part.class);

  ParallelSteps(Progress progress) {
    this.progress = progress;
  }

  /**
   * @param after parts whose steps come first; those without a step are passed over
   * @param action returns what it did, in a word
   */
  void add(Part part, Set<Part> after, Callable<String> action) {
    steps.put(part, new Step(after, action));
  }

  /**
   * Returns when all have ended. A step whose predecessor failed doesn't run.
   *
   * @throws StackException with every failure
   */
  void run() {
    ExecutorService threads = Executors.newFixedThreadPool(steps.size());
    try {
      Map<Part, CompletableFuture<Void>> running = new EnumMap<>(Part.class);
      steps.keySet().forEach(part -> submit(part, running, threads));
      collect(running);
    } finally {
      threads.shutdownNow();
    }
  }

  private CompletableFuture<Void> submit(
      Part part, Map<Part, CompletableFuture<Void>> running, ExecutorService threads) {
    CompletableFuture<Void> known = running.get(part);
    if (known != null) {
      return known;
    }
    Step step = steps.get(part);
    CompletableFuture<?>[] before =
        step.after().stream()
            .filter(steps::containsKey)
            .map(other -> submit(other, running, threads))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture<Void> future =
        CompletableFuture.allOf(before).thenRunAsync(() -> runStep(part, step), threads);
    running.put(part, future);
    return future;
  }

  private void runStep(Part part, Step step) {
    long begin = System.nanoTime();
    try {
      String what = step.action().call();
      progress.done(part, what, Duration.ofNanos(System.nanoTime() - begin));
    } catch (StackException e) {
      throw e;
    } catch (Exception e) {
      throw new StackException(part.label() + ": " + Failures.reason(e), e);
    }
  }

  private static void collect(Map<Part, CompletableFuture<Void>> running) {
    List<Throwable> failures = new ArrayList<>();
    for (CompletableFuture<Void> future : running.values()) {
      try {
        future.join();
      } catch (CompletionException e) {
        // A step that waited for a failed one fails with the same cause.
        if (!failures.contains(e.getCause())) {
          failures.add(e.getCause());
        }
      }
    }
    if (!failures.isEmpty()) {
      StackException all =
          new StackException(
              String.join("\n", failures.stream().map(Failures::whole).toList()), failures.get(0));
      failures.stream().skip(1).forEach(all::addSuppressed);
      throw all;
    }
  }
}
