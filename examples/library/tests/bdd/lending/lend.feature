@lending
Feature: Lending a book

  Scenario: A member takes a book home
    Given a member "Ann"
    When she takes "Dune" home
    Then 1 book is out
