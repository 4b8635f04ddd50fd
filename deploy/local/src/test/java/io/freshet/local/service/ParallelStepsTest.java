package io.freshet.local.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ParallelStepsTest {
  private final List<String> events = new CopyOnWriteArrayList<>();

  private final ParallelSteps steps =
      new ParallelSteps(
          new Progress() {
            @Override
            public void done(Part part, String what, Duration time) {
              events.add(part.label() + " " + what);
            }

            @Override
            public void note(String message) {
              events.add(message);
            }
          });

  @Test
  void aStepWaitsForThoseItNeeds() {
    steps.add(Part.CONNECT, Set.of(Part.KAFKA, Part.S3), () -> "second");
    steps.add(Part.KAFKA, Set.of(), () -> "first");
    steps.run();
    assertThat(events).containsExactly("kafka first", "connect second");
  }

  @Test
  void stepsThatNeedNothingRunSideBySide() {
    CyclicBarrier together = new CyclicBarrier(2);
    for (Part part : List.of(Part.KAFKA, Part.POSTGRES)) {
      steps.add(part, Set.of(), () -> "met " + (together.await(30, TimeUnit.SECONDS) >= 0));
    }
    steps.run();
    assertThat(events).containsExactlyInAnyOrder("kafka met true", "postgres met true");
  }

  @Test
  void oneFailureIsToldOnceAndOnlyKeepsBackWhatNeedsIt() {
    steps.add(Part.CONNECT, Set.of(Part.KAFKA), () -> "never");
    steps.add(
        Part.KAFKA,
        Set.of(),
        () -> {
          throw new StackException("kafka is broken");
        });
    steps.add(Part.S3, Set.of(), () -> "fine");
    assertThatThrownBy(steps::run).isInstanceOf(StackException.class).hasMessage("kafka is broken");
    assertThat(events).containsExactly("s3 fine");
  }
}
