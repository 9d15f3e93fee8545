const LAST_BEFORE_SURROGATES = 0xd7ff
const FIRST_AFTER_SURROGATES = 0xe000
const LAST = 0x10ffff

/** In characters, which are code points. */
export function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** The first text, by code point, after all those that begin with this one; undefined when there is none. */
export function textAfterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0)
  while (points.at(-1) === LAST) points.pop()
  const last = points.pop()
  if (last === undefined) return undefined
  points.push(last === LAST_BEFORE_SURROGATES ? FIRST_AFTER_SURROGATES : last + 1)
  return String.fromCodePoint(...points)
}
