/** What `partitionOf` takes the remainder of, for the stream in a column; on PostgreSQL, with its own functions, which are many times as fast as those of Message DB. */
export function partitionHash(stream: string): string {
  const cardinalId = `CASE strpos(${stream}, '-') WHEN 0 THEN '' ELSE split_part(substr(${stream}, strpos(${stream}, '-') + 1), '+', 1) END`
  return `abs(('x' || left(md5(${cardinalId}), 16))::bit(64)::bigint)`
}
