import fc from 'fast-check'
import { parse, stringify } from 'smol-toml'
import { expect, test } from 'vitest'
import { layersOf } from '../../../src/domain/config/file-layers.ts'
import type { Table } from '../../../src/domain/config/plain-tables.ts'
import { mergeTables } from '../../../src/domain/config/plain-tables.ts'
import { CONFIG } from '../../../src/domain/config/schema.ts'
import type { Leaf, Node } from '../../../src/domain/config/schema-nodes.ts'
import { settle } from '../../../src/domain/config/settle.ts'
import { spellings } from '../../../src/domain/config/spelling.ts'
import { LEVEL_NAMES } from '../../../src/domain/log-levels.ts'

const text = fc.string().filter((value) => !value.includes('${'))
const word = text.filter((value) => value.trim() !== '')
const anything = fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text))

/** Valid values of a leaf, so that whatever the schema declares is covered without naming it here. */
function leafValue({ kind, choices, nonBlank, of, min, max, moreThan }: Leaf): fc.Arbitrary<unknown> {
  const range = { min: min ?? (moreThan === undefined ? -1000 : moreThan + 1), max: max ?? 1000 }
  if (choices) return fc.constantFrom(...choices)
  if (kind === 'string') return nonBlank ? word : text
  if (kind === 'boolean') return fc.boolean()
  if (kind === 'integer') return fc.integer(range)
  // TOML text of -0 reads back as 0, and no setting tells the two apart.
  if (kind === 'number')
    return fc.oneof(
      fc.integer(range),
      fc.double({ ...range, noNaN: true }).map((value) => value + 0),
    )
  if (kind === 'list') return fc.array(text)
  return fc.dictionary(text, itemOf(of))
}

function itemOf(of: Leaf['of']): fc.Arbitrary<unknown> {
  if (of === 'integer') return fc.integer()
  if (of === 'level') return fc.constantFrom(...LEVEL_NAMES)
  return of === 'string' ? text : anything
}

function anyValueOf(node: Node): fc.Arbitrary<unknown> {
  if (node.kind === 'entries') return fc.dictionary(text, anyValueOf(node.entry), { maxKeys: 3 })
  if (node.kind !== 'section') return leafValue(node)
  const members = Object.entries(node.keys)
    .filter(([, child]) => !('instead' in child))
    .map(([key, child]) => [key, anyValueOf(child)] as const)
  return fc.record(Object.fromEntries(members), { requiredKeys: [] })
}

function asWritten(node: Node, value: unknown): unknown {
  if (node.kind === 'entries') return mapped(value, (entry, name) => [name, asWritten(node.entry, entry)])
  if (node.kind !== 'section') return value
  return mapped(value, (child, key) => [
    spellings(key, node.keys[key] as Node, 'file').at(-1) ?? key,
    asWritten(node.keys[key] as Node, child),
  ])
}

function mapped(table: unknown, change: (value: unknown, key: string) => [string, unknown]): Table {
  return Object.fromEntries(Object.entries(table as Table).map(([key, value]) => change(value, key)))
}

test('whatever is valid in code can be written to domain.toml, and reads back the same, in the base or in an overlay', () => {
  fc.assert(
    fc.property(anyValueOf(CONFIG), anyValueOf(CONFIG), (base, overlay) => {
      const toml = parse(stringify({ ...(asWritten(CONFIG, base) as Table), test: asWritten(CONFIG, overlay) }))
      const problems: unknown[] = []
      const report = (problem: unknown): void => void problems.push(problem)
      const holds = Object.keys(overlay as Table).length > 0 ? (overlay as Table) : {}
      expect(layersOf(toml, 'domain.toml', undefined, report)).toEqual(base)
      expect(layersOf(toml, 'domain.toml', 'test', report)).toEqual(mergeTables(base as Table, holds))
      expect(problems).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('what is in force holds everything that was said', () => {
  fc.assert(
    fc.property(anyValueOf(CONFIG), (stated) => {
      expect(settle(stated as Table, {}).settings).toMatchObject(stated as Table)
    }),
    { numRuns: 60 },
  )
})

test('nothing that can be said makes it throw anything but its own errors', () => {
  fc.assert(
    fc.property(
      fc.object({ maxDepth: 3, key: fc.oneof(fc.constantFrom(...Object.keys(CONFIG.keys), 'default', '__proto__'), fc.string()) }),
      (stated) => {
        expect(settle(stated as Table, {}).settings.snapshotThreshold).toBeGreaterThan(0)
      },
    ),
  )
})
