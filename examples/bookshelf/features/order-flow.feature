@integration
Feature: End-to-end order flow
  From adding a book to fulfilling an order, with every event-driven side effect.

  Background:
    Given the domain is initialized

  @happy_path
  Scenario: Full order lifecycle
    Given a book "Dune" is added to the catalog at 15.99
    And the book has 10 copies in stock
    And a customer "Alice" exists
    When "Alice" places an order for 2 copies of "Dune"
    And the order is fulfilled
    Then the order status should be "CONFIRMED"
    And "Dune" should have 8 copies in stock
    And the catalog projection should show 2 copies sold for "Dune"

  Scenario: Order updates customer history across aggregates
    Given a book "1984" is added to the catalog at 11.99
    And the book has 5 copies in stock
    And a customer "Bob" exists
    When "Bob" places an order for 1 copies of "1984"
    And the order is fulfilled
    Then "Bob" should have 1 orders in their history

  @validation
  Scenario Outline: No more copies than there are
    Given a book "Dune" is added to the catalog at 15.99
    And the book has <stock> copies in stock
    And a customer "Carol" exists
    When "Carol" places an order for <wanted> copies of "Dune"
    And the order is fulfilled
    Then the fulfilment should fail with "not enough copies in stock"
    And the order status should be "PENDING"
    And "Dune" should have <stock> copies in stock

    Examples:
      | stock | wanted |
      | 1     | 2      |
      | 0     | 1      |

  @validation
  Scenario: A book that was never in stock
    Given a book "Emma" is added to the catalog at 9.99
    And a customer "Dora" exists
    When "Dora" places an order for 1 copies of "Emma"
    And the order is fulfilled
    Then the fulfilment should fail with "was never in stock"
    And the order status should be "PENDING"
