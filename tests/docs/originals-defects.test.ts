import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const PAGE = 'docs/reference/originals-defects.md'
const rows = readFileSync(PAGE, 'utf8').matchAll(/^\| (W\w+) \|.*\| ([^|]+) \|$/gm)
const claims = [...rows].flatMap(([, number = '', tests = '']) =>
  [...tests.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => [number, join('docs/reference', file)] as const),
)

test('the page of the original’s defects names tests', () => {
  expect(new Set(claims.map(([number]) => number)).size).toBeGreaterThanOrEqual(20)
})

test.each(claims)('%s is shown in %s', (number, file) => {
  expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`'${number}[:,] |'\\w+, ${number}: `))
})
