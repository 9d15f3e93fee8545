@integration
Feature: Transfers
  Money goes from one account to another, or stays where it is.

  Scenario: Enough money
    Given "Ann" has an account with 100.00
    And "Bob" has an account with 5.00
    When "Ann" transfers 30.00 to "Bob"
    Then the transfer is completed
    And "Ann" has 70.00
    And "Bob" has 35.00

  @validation
  Scenario: Too little money
    Given "Ann" has an account with 100.00
    And "Bob" has an account with 5.00
    When "Ann" transfers 100.01 to "Bob"
    Then the transfer has failed because "the overdraft limit is exceeded"
    And "Ann" has 100.00
    And "Bob" has 5.00

  @compensation
  Scenario: The other account is closed
    Given "Ann" has an account with 100.00
    And "Bob" has an account with 0.00
    And "Bob" has closed his account
    When "Ann" transfers 30.00 to "Bob"
    Then the transfer has failed because "the account is closed"
    And "Ann" has 100.00
    And "Bob" has 0.00

  Scenario: Many at once
    Given "Ann" has an account with 100.00
    And "Bob" has an account with 100.00
    When these transfers are made at the same time:
      | from | to  | amount |
      | Ann  | Bob | 40.00  |
      | Bob  | Ann | 60.00  |
      | Ann  | Bob | 10.00  |
      | Bob  | Ann | 5.00   |
    Then "Ann" has 115.00
    And "Bob" has 85.00
