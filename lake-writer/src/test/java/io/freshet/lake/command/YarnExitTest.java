package io.freshet.lake.command;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.apache.spark.SparkUserAppException;
import org.junit.jupiter.api.Test;

/** How a driver ends inside of YARN's application master, where an exit would look like a crash. */
class YarnExitTest {
  private static Properties submitted() {
    Properties properties = new Properties();
    properties.setProperty("spark.master", "yarn");
    properties.setProperty("spark.submit.deployMode", "cluster");
    return properties;
  }

  @Test
  void successIsAReturn() {
    // An exit would end this JVM, and with it the test.
    assertThatCode(() -> Main.end(0, submitted())).doesNotThrowAnyException();
  }

  @Test
  void failureIsWhatSparkReportsWithItsStatus() {
    assertThatThrownBy(() -> Main.end(2, submitted()))
        .isInstanceOf(SparkUserAppException.class)
        .hasMessageContaining("2");
  }
}
