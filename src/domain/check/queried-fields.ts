/** `.filter({`, `.exclude({`, `.findBy({` and `.exists({` in code, up to their first brace. */
const CONDITION = /\.(?:filter|exclude|findBy|exists)\(\s*\{/g
const KEY = /^\s*(?:'([^']+)'|"([^"]+)"|([\p{ID_Start}$_][\p{ID_Continue}$]*))\s*(?=[:,]|$)/u

/** The fields that code filters by, as far as they are written out as the keys of an object. */
export function queriedFields(code: string): readonly string[] {
  const fields = new Set<string>()
  for (const { index, 0: start } of code.matchAll(CONDITION)) {
    for (const member of members(code, index + start.length)) {
      const key = KEY.exec(member)
      if (key !== null) fields.add((key[1] ?? key[2] ?? key[3]) as string)
    }
  }
  return [...fields]
}

/** The members of an object literal, from behind its opening brace to the closing one. */
function members(code: string, from: number): readonly string[] {
  const found: string[] = []
  let depth = 0
  let start = from
  for (let at = from; at < code.length; at += 1) {
    const character = code[at] as string
    if (character === "'" || character === '"' || character === '`') at = endOfText(code, at)
    else if ('{[('.includes(character)) depth += 1
    else if ('}])'.includes(character)) depth -= 1
    if (depth < 0 || (depth === 0 && character === ',')) {
      found.push(code.slice(start, at))
      start = at + 1
    }
    if (depth < 0) break
  }
  return found
}

function endOfText(code: string, start: number): number {
  let at = start + 1
  while (at < code.length && code[at] !== code[start]) at += code[at] === '\\' ? 2 : 1
  return at
}
