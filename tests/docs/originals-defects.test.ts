import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const FOLDER = 'docs/reference'
const page = readFileSync(join(FOLDER, 'originals-defects.md'), 'utf8')
const rows = [...page.matchAll(/^\| ([WR][\w.]+) \|.*\| ([^|]+) \|$/gm)].map(([, number = '', tests = '']) => ({ number, tests }))

/** Every number with every file that is linked in its last column. */
const claims = rows.flatMap(({ number, tests }) =>
  [...tests.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => [number, join(FOLDER, file)] as const),
)

/** How a title carries a number: those of persistence begin with it, those of the engine have it anywhere. */
function titleWith(number: string): RegExp {
  if (number.startsWith('W')) return new RegExp(`'${number}[:,] |'\\w+, ${number}: `)
  return new RegExp(`^.*['\`].*\\b${number.replace('.', '\\.')}\\b.*['\`]`, 'm')
}

describe('the page of the original’s defects', () => {
  test('names tests', () => {
    expect(new Set(rows.filter(({ number }) => number.startsWith('W')).map(({ number }) => number)).size).toBeGreaterThanOrEqual(20)
    expect(rows.filter(({ tests }) => !tests.includes(']('))).toEqual([])
  })

  test('has each number of R1 and R2 once', () => {
    const numbers = Array.from({ length: 32 }, (_, at) => `R${at < 21 ? 1 : 2}.${at + 1}`)
    expect(rows.map(({ number }) => number).filter((number) => /^R[12]/.test(number))).toEqual(numbers)
  })
})

test.each(claims)('%s is shown in %s', (number, file) => {
  expect(readFileSync(file, 'utf8')).toMatch(titleWith(number))
})
