import { readFileSync } from 'node:fs'
import { parseSync, Visitor } from 'vite'
import { describe, expect, test } from 'vitest'
import { CATALOGUE } from '../../../src/domain/check/catalogue.ts'
import { RULES } from '../../../src/domain/check/rules.ts'
import { sourceFiles } from '../../support/source-file.ts'

const page = readFileSync(new URL('../../../docs/reference/checks.md', import.meta.url), 'utf8')
const [problems = '', findings = ''] = page.split('\n## Findings\n')

/** Codes that have a row in a table. */
function tabled(text: string): string[] {
  return [...text.matchAll(/^\| (`[A-Z_`, ]+`) \|/gm)].flatMap(([, cell = '']) => cell.replaceAll('`', '').split(', '))
}

/** Codes of problems in the source: literals with a code and a fix, and the calls that make one. */
function reported(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  const codes: string[] = []
  const texts = (node: { start: number; end: number } | undefined) =>
    node === undefined ? [] : [...text.slice(node.start, node.end).matchAll(/'([A-Z][A-Z_]+)'/g)].map(([, code = '']) => code)
  new Visitor({
    ObjectExpression({ properties }) {
      const value = (name: string) =>
        properties.flatMap((property) =>
          property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === name ? [property.value] : [],
        )[0]
      if (value('fix') !== undefined) codes.push(...texts(value('code')))
      if (value('via') !== undefined) codes.push(...texts(value('code')))
    },
    CallExpression({ callee, arguments: [first] }) {
      if (callee.type === 'Identifier' && callee.name === 'say') codes.push(...texts(first))
    },
  }).visit(parseSync(path, text, { lang: 'ts' }).program)
  return codes
}

describe('the page on checks', () => {
  test('has every problem that is reported anywhere, and no other; those of the configuration have their own page', () => {
    const codes = new Set(sourceFiles('src').flatMap(({ path }) => reported(path)))
    // Thrown where an event is raised: nothing that could be seen at init().
    codes.delete('EVENT_OF_OTHER_AGGREGATE')
    expect(tabled(problems).toSorted()).toEqual([...codes].filter((code) => !code.startsWith('CONFIG_')).toSorted())
  })

  test('has every finding of the catalogue with its level and rationale, by category', () => {
    for (const [code, { category, level, rationale }] of Object.entries(CATALOGUE)) {
      const [, section = ''] = findings.split(`\n### \`${category}\`\n`)
      expect(section.split('\n### ')[0]).toContain(`\n| \`${code}\` | ${level} | ${rationale} |\n`)
    }
    expect(tabled(findings).toSorted()).toEqual(Object.keys(CATALOGUE).toSorted())
  })
})

test('every code of the catalogue has its own rule', () => {
  expect(Object.keys(RULES)).toEqual(Object.keys(CATALOGUE))
  expect(new Set(Object.values(RULES)).size).toBe(Object.keys(CATALOGUE).length)
})
