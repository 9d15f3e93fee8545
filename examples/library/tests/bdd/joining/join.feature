@joining
Feature: Joining the library

  Scenario: A new member
    When "Ann" joins with the address "ann@example.com"
    Then "Ann" is a member

  @validation
  Scenario: An address is taken once
    Given a member "Ann"
    When "Another" joins with the address "ann@example.com"
    Then joining fails on "email"
