import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BUILT_IN } from '../../../src/domain/config/providers.ts'
import { CONFIG } from '../../../src/domain/config/schema.ts'
import type { Keys, Leaf, Node } from '../../../src/domain/config/schema-nodes.ts'
import { BUILT_IN_PROFILES } from '../../../src/domain/config/server-schema.ts'
import { spell } from '../../../src/domain/config/spelling.ts'
import { expectation } from '../../../src/domain/config/value-rules.ts'

const SOURCES = new URL('../../../src/domain/config/', import.meta.url)
const page = readFileSync(new URL('../../../docs/reference/configuration.md', import.meta.url), 'utf8')

/** The part of the page that follows from the schema: one heading and one table for every table of the file. */
function tables(): string[] {
  const leaves = Object.fromEntries(Object.entries(CONFIG.keys).filter(([, node]) => node.kind !== 'section' && node.kind !== 'entries'))
  const others = Object.entries(CONFIG.keys).filter(([key]) => !(key in leaves))
  return [`### Top level\n\n${rows(leaves)}`, ...others.flatMap(([key, node]) => tablesOf(spell(key, node, 'file'), node))]
}

function tablesOf(path: string, node: Node): string[] {
  if (node.kind === 'entries') return tablesOf(`${path}.<name>`, { ...node.entry, about: node.about })
  if (node.kind !== 'section') return []
  const nested = Object.entries(node.keys).flatMap(([key, child]) => tablesOf(`${path}.${spell(key, child, 'file')}`, child))
  const own = rows(node.keys)
  return [`### \`[${path}]\`\n\n${node.about}${own === '' ? '' : `\n\n${own}`}`, ...nested]
}

function rows(keys: Keys): string {
  const leaves = Object.entries(keys).filter(
    (member): member is [string, Leaf] => member[1].kind !== 'section' && member[1].kind !== 'entries',
  )
  if (leaves.length === 0) return ''
  return ['| Key | Type | Default | Meaning |', '|---|---|---|---|', ...leaves.map(([key, leaf]) => row(key, leaf))].join('\n')
}

function row(key: string, leaf: Leaf): string {
  const initial = leaf.default === undefined ? '' : `\`${JSON.stringify(leaf.default)}\`${leaf.unlessProfile ? ' ¹' : ''}`
  return `| \`${spell(key, leaf, 'file')}\` | ${expectation(leaf)} | ${initial} | ${leaf.about} |`
}

test('the reference page has every key with its type, default and meaning, in the order of the schema', () => {
  expect(page).toContain(tables().join('\n\n'))
})

test('the reference page has every problem that the configuration reports, and no other', () => {
  const source = readdirSync(SOURCES)
    .map((file) => readFileSync(new URL(file, SOURCES), 'utf8'))
    .join('\n')
  const reported = new Set([...source.matchAll(/'(CONFIG_[A-Z_]+)'/g)].map((match) => match[1]))
  const documented = new Set([...page.matchAll(/`(CONFIG_[A-Z_]+)`/g)].map((match) => match[1]))
  expect([...documented].toSorted()).toEqual([...reported].toSorted())
})

test('the reference page names every built-in provider and profile', () => {
  for (const name of [...Object.values(BUILT_IN).flatMap(({ names }) => names), ...BUILT_IN_PROFILES]) expect(page).toContain(`\`${name}\``)
})
