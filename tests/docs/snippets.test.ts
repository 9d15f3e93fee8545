import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
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

/** The anchors that GitHub makes of the headings of a page. */
function anchorsOf(page: string): readonly string[] {
  const headings = readFileSync(page, 'utf8').match(/^#+ .+$/gm) ?? []
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** What the links of a page lead to in the repository: path from its root, and anchor. */
function linksOf(page: string): readonly { readonly path: string; readonly anchor: string }[] {
  const links = readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)
  return [...links].map(([, target = '', anchor = '']) => ({
    path: target === '' ? page : posix.join(posix.dirname(page), target).replace(/\/$/, ''),
    anchor,
  }))
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

  test('links to files and headings that exist', () => {
    for (const { path, anchor } of linksOf(page)) {
      expect(globSync(path), `${page} links to ${path}`).toHaveLength(1)
      if (anchor !== '') expect(anchorsOf(path), `${page} links to ${path}`).toContain(anchor)
    }
  })
})

test('the index of the testing guide leads to each of its pages', () => {
  const index = 'docs/guides/testing/index.md'
  const linked = new Set(linksOf(index).map(({ path }) => path))
  expect(globSync('docs/guides/testing/*.md').filter((page) => page !== index && !linked.has(page))).toEqual([])
})

test('the quickstart prints what the README says', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=proteanjs-source', 'examples/quickstart.ts'])
  expect(stdout).toMatch(
    /^order [0-9a-f-]{36}: 1 sold for 99\.95\nValidationError: Order is not valid: total: an order that is placed has a total\n$/,
  )
})
