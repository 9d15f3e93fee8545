@application
Feature: Statements
  An account can be seen as it was on any day since it was opened.

  Scenario: A month on an account
    Given it is 2026-01-01
    And "Ann" has an account with 0.00
    And these movements:
      | day        | deposit | withdrawal |
      | 2026-01-10 | 100.00  |            |
      | 2026-01-20 |         | 40.00      |
      | 2026-01-31 | 15.50   |            |
    Then her statements say:
      | day        | balance |
      | 2026-01-01 | 0.00    |
      | 2026-01-10 | 100.00  |
      | 2026-01-19 | 100.00  |
      | 2026-01-20 | 60.00   |
      | 2026-12-31 | 75.50   |
