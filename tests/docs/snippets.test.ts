import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const PAGES = ['README.md', 'ARCHITECTURE.md', ...globSync('docs/**/*.md').filter((page) => !page.startsWith('docs/adr/'))]
const SNIPPET = /<!-- snippet: (\S+)#(\S+) -->\n```ts\n([\s\S]*?)```/g

/** The lines of a file between `#region name` and `#endregion name`, moved to the left edge. */
function region(file: string, name: string): string {
  const match = new RegExp(`^[ ]*// #region ${name}\\n([\\s\\S]*?)^[ ]*// #endregion ${name}$`, 'm').exec(readFileSync(file, 'utf8'))
  if (match?.[1] === undefined) throw new Error(`${file} has no region ${name}`)
  const lines = match[1].trimEnd().split('\n')
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length))
  return `${lines.map((line) => line.slice(indent)).join('\n')}\n`
}

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(page, 'utf8')

  test('shows code as it stands in files that are run', () => {
    for (const [, file = '', name = '', shown] of text.matchAll(SNIPPET)) expect(shown, `${file}#${name}`).toBe(region(file, name))
  })

  test('shows no TypeScript of its own', () => {
    const shown = text.match(/^```(ts|typescript)$/gm)?.length ?? 0
    expect(shown).toBe([...text.matchAll(SNIPPET)].length)
  })

  test('links to files that exist', () => {
    const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/') + 1) : ''
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      const path = new URL(target, `file:///${folder}`).pathname.slice(1)
      expect(globSync(path.replace(/\/$/, '')), `${page} links to ${target}`).toHaveLength(1)
    }
  })
})

test('the quickstart prints what the README says', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=proteanjs-source', 'examples/quickstart.ts'])
  expect(stdout).toMatch(
    /^order [0-9a-f-]{36}: 1 sold for 99\.95\nValidationError: Order is not valid: total: an order that is placed has a total\n$/,
  )
})
