import type { Keys, Node } from './schema-nodes.ts'

/** Keys are snake_case in `domain.toml` and camelCase in code. */
export type Spelling = 'file' | 'code'

/** The preferred spelling of a key; a file may use any of `spellings`. */
export function spell(key: string, node: Node, spelling: Spelling): string {
  return spellings(key, node, spelling)[0]
}

export function spellings(key: string, node: Node, spelling: Spelling): readonly [string, ...string[]] {
  if (spelling === 'code') return [key]
  if (node.kind !== 'section' && node.kind !== 'entries' && node.spelled) return node.spelled
  return [key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]
}

/** The key that is written as `name`. */
export function keyCalled(name: string, keys: Keys, spelling: Spelling): string | undefined {
  return Object.keys(keys).find((key) => spellings(key, keys[key] as Node, spelling).includes(name))
}

/** A path of keys as it is written in one place or the other; names of entries, and keys of the user's own, stay as they are. */
export function spellPath(path: readonly string[], from: Node, spelling: Spelling): string {
  let node: Node | undefined = from
  const names = path.map((key) => {
    const parent: Node | undefined = node
    node = undefined
    if (parent?.kind === 'entries') node = parent.entry
    if (parent?.kind !== 'section') return key
    node = parent.keys[key]
    return node === undefined ? key : spell(key, node, spelling)
  })
  return names.join('.')
}
