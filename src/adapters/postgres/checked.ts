/**
 * A statement that changes rows and returns them, and that fails with `division_by_zero` unless they are so many. Where all statements of a change set go to the
 * server together, nobody can look at the result of one and stop the next, and the server has no other way to fail on purpose without a function installed.
 */
export function checked(changing: string, count: string): string {
  return `WITH changed AS (${changing}) SELECT 1 / (count(*) = ${count})::int FROM changed`
}
