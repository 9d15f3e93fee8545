@application
Feature: Accounts
  Money is put on an account and taken from it, as far as the overdraft allows.

  Scenario Outline: The overdraft rule
    Given "Ann" has an account with 100.00 and an overdraft limit of <limit>
    When she withdraws <amount>
    Then the withdrawal is <outcome>
    And her balance is <balance>

    Examples:
      | limit | amount | outcome  | balance |
      | 0.00  | 100.00 | accepted | 0.00    |
      | 0.00  | 100.01 | refused  | 100.00  |
      | 50.00 | 150.00 | accepted | -50.00  |
      | 50.00 | 150.01 | refused  | 100.00  |

  Scenario: Closing
    Given "Ann" has an account with 100.00
    When she closes it
    Then she is told "an account is closed when nothing is on it and nothing is owed"
    When she withdraws 100.00
    And she closes it
    Then the account is closed

  Scenario: What was put in before the bank counted in cents
    Given "Ann" has an account with 0.00
    And a deposit of 12.35 from the time when the bank counted in euros
    Then her balance is 12.35
