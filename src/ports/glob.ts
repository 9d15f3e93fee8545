/**
 * The pattern language of cache keys, as an expression that matches whole keys. `*` stands for any text, also none; `?` for one character;
 * `[abc]`, `[a-z]` and `[^a]` for one of, or none of, those; `\` takes what follows literally. A `[` that is never closed stands for itself.
 * A character is a code point, so an adapter whose server counts bytes (Redis) asks it for a wider pattern and filters with this.
 */
export function globExpression(pattern: string): RegExp {
  const characters = [...pattern]
  let source = ''
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? ''
    const end = character === '[' ? classEnd(characters, at) : -1
    if (end > 0) {
      source += classSource(characters.slice(at + 1, end))
      at = end
    } else if (character === '\\' && at + 1 < characters.length) {
      at += 1
      source += literal(characters[at] ?? '')
    } else source += character === '*' ? '.*' : character === '?' ? '.' : literal(character)
  }
  return new RegExp(`^${source}$`, 'su')
}

/** Where the class that begins at `start` is closed; -1 when it is not. */
function classEnd(characters: readonly string[], start: number): number {
  for (let at = start + 1; at < characters.length; at += 1) {
    if (characters[at] === '\\') at += 1
    else if (characters[at] === ']') return at
  }
  return -1
}

function classSource(members: readonly string[]): string {
  const negated = members[0] === '^'
  let source = ''
  for (let at = negated ? 1 : 0; at < members.length; at += 1) {
    const first = unescaped(members, at)
    at = first.at
    if (members[at + 1] === '-' && at + 2 < members.length) {
      const last = unescaped(members, at + 2)
      at = last.at
      const [low, high] = (first.character.codePointAt(0) ?? 0) <= (last.character.codePointAt(0) ?? 0) ? [first, last] : [last, first]
      source += `${literal(low.character)}-${literal(high.character)}`
    } else source += literal(first.character)
  }
  // Of no characters at all: `[]` matches nothing and `[^]` everything, in this language as in regular expressions.
  return negated ? `[^${source}]` : `[${source}]`
}

function unescaped(members: readonly string[], at: number): { readonly character: string; readonly at: number } {
  const escaped = members[at] === '\\' && at + 1 < members.length
  return { character: members[escaped ? at + 1 : at] ?? '', at: escaped ? at + 1 : at }
}

function literal(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}
