package io.freshet.lake.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlStatementsTest {
  private final SqlStatements statements = new SqlStatements();

  @Test
  void splitsOnlyAtSemicolonsOutsideQuotesAndComments() {
    assertThat(
            statements.line(
                "select ';', \"a\\\";b\", `c;d` /* ; */ from t -- ; no\n; select 2; select 3"))
        .containsExactly("select ';', \"a\\\";b\", `c;d` /* ; */ from t -- ; no", "select 2");
    assertThat(statements.rest()).isEqualTo("select 3");
  }

  @Test
  void joinsLinesUntilTheStatementIsComplete() {
    assertThat(statements.line("select 1,")).isEmpty();
    assertThat(statements.line("  2;")).containsExactly("select 1,\n  2");
    assertThat(statements.rest()).isEmpty();
  }

  @Test
  void emptyStatementsAreNone() {
    assertThat(statements.line(";; ;")).isEmpty();
  }
}
