@application
Feature: The catalog
  What customers browse follows what happens to books.

  Background:
    Given the domain is initialized

  Scenario: A new price
    Given a book "Dune" is added to the catalog at 15.99
    When the price of "Dune" becomes 9.99
    Then the catalog should show "Dune" at 9.99

  Scenario: Books of one author
    Given these books are added to the catalog:
      | title             | author        | price |
      | Dune Messiah      | Frank Herbert | 11.99 |
      | Dune              | Frank Herbert | 15.99 |
      | Pride & Prejudice | Jane Austen   | 8.50  |
    Then the books by "Frank Herbert" should be:
      | title        |
      | Dune         |
      | Dune Messiah |
