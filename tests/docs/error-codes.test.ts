import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as errors from '../../src/errors.ts'

/** Codes of one word. Other words in capitals are commands of databases, and such. */
const SINGLE = ['CHOICE', 'CONFIGURATION', 'DESERIALIZATION', 'INVALID', 'PATTERN', 'PRECISION', 'REQUIRED', 'TYPE', 'UNIQUE']

/** Kinds of failures that an adapter handles itself, and a variable with which the Vitest plugin speaks to its workers. */
const INTERNAL = new Set(['GROUP_EXISTS', 'GROUP_MISSING', 'PROTEAN_TEST_RUN'])

const source = globSync('src/**/*.ts')
  .filter((file) => !file.startsWith('src/testing/conformance'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')
const words = [...source.matchAll(/'([A-Z][A-Z0-9_]{3,})'/g)].map(([, word = '']) => word)
const codes = new Set(words.filter((word) => (word.includes('_') && !INTERNAL.has(word)) || SINGLE.includes(word)))
const pages = globSync('docs/reference/*.md').map((page) => readFileSync(page, 'utf8'))
const documented = new Set(pages.flatMap((page) => [...page.matchAll(/`([A-Z][A-Z0-9_]{3,})`/g)].map(([, code = '']) => code)))

describe('the reference pages', () => {
  test('explain every code that the source can give', () => {
    expect([...codes].filter((code) => !documented.has(code))).toEqual([])
  })

  test('explain no code that nothing gives', () => {
    const page = readFileSync('docs/reference/errors.md', 'utf8')
    const explained = [...page.matchAll(/`([A-Z][A-Z0-9_]{3,})`/g)].map(([, code = '']) => code)
    expect(explained.filter((code) => !codes.has(code))).toEqual([])
  })

  test('list every error class', () => {
    const page = readFileSync('docs/reference/errors.md', 'utf8')
    const classes = Object.entries(errors).filter(
      ([name, value]) => typeof value === 'function' && /^[A-Z].*Error$/.test(name) && name !== 'ProteanError',
    )
    for (const [name] of classes) expect(page).toContain(`| \`${name}\` |`)
  })
})
