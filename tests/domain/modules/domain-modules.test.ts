import { symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { domainModules } from '../../../src/domain/modules.ts'
import { project } from './project.ts'

function modulesOf(files: readonly string[], loaded: readonly string[] = []): string[] {
  const root = project(Object.fromEntries(files.map((file) => [file, ''])))
  const paths = domainModules(
    root,
    loaded.map((path) => join(root, path)),
  )
  return paths.map((path) => relative(root, path))
}

describe('the modules of a domain', () => {
  test('are those of src, at any depth, sorted', () => {
    expect(modulesOf(['src/b.ts', 'src/a/deep/er/c.ts', 'src/a/b.mts', 'other.ts', 'lib/d.ts'])).toEqual([
      'src/a/b.mts',
      'src/a/deep/er/c.ts',
      'src/b.ts',
    ])
  })

  test('are those of the root where there is no src', () => {
    expect(modulesOf(['domain.toml', 'domain.ts', 'orders/order.js', 'orders/order.mjs'])).toEqual([
      'domain.ts',
      'orders/order.js',
      'orders/order.mjs',
    ])
  })

  test.each([
    'src/order.d.ts',
    'src/order.test.ts',
    'src/order.test-d.ts',
    'src/order.spec.js',
    'src/order.bench.ts',
    'src/vitest.config.ts',
    'src/vitest.setup.mts',
    'src/readme.md',
    'src/data.json',
    'src/old.cjs',
    'src/tests/helper.ts',
    'src/__tests__/order.ts',
    'src/.hidden/order.ts',
    'src/node_modules/x/index.js',
    'src/dist/order.js',
  ])('%s is none', (path) => {
    expect(modulesOf(['src/order.ts', path])).toEqual(['src/order.ts'])
  })

  test.each(['scripts/seed.ts', 'examples/a.ts', 'vitest.config.ts', 'dist/order.js', 'tests/a.ts'])(
    '%s is none where the root has no src',
    (path) => {
      expect(modulesOf(['order.ts', path])).toEqual(['order.ts'])
    },
  )

  test.each(['domain.toml', '.domain.toml'])('a folder with a %s of its own is another domain, with everything below it', (name) => {
    expect(modulesOf(['src/order.ts', `src/billing/${name}`, 'src/billing/a.ts', 'src/billing/deep/b.ts'])).toEqual(['src/order.ts'])
  })

  test('so is one whose package.json configures a domain, and not one with any other', () => {
    const root = project({
      'src/a/package.json': '{ "protean": { "testing": true } }',
      'src/a/order.ts': '',
      'src/b/package.json': '{ "type": "module" }',
      'src/b/order.ts': '',
    })
    expect(domainModules(root).map((path) => relative(root, path))).toEqual(['src/b/order.ts'])
  })

  test('are the same whether the root is a path, a file URL as text or as an object, or a file in it', () => {
    const root = project({ 'order.ts': '' })
    const expected = [join(root, 'order.ts')]
    for (const given of [
      root,
      `${root}/`,
      pathToFileURL(root),
      pathToFileURL(root).href,
      pathToFileURL(`${root}/`),
      join(root, 'order.ts'),
    ])
      expect(domainModules(given)).toEqual(expected)
  })

  test('are named by their real paths when the root is a link', () => {
    const root = project({ 'order.ts': '' })
    symlinkSync(root, join(root, 'node_modules', 'link'))
    expect(domainModules(join(root, 'node_modules', 'link'))).toEqual([join(root, 'order.ts')])
  })

  test.each(['/does/not/exist', 'https://example.com/domain'])('a root %s is refused', (root) => {
    expect(() => domainModules(root)).toThrow(expect.objectContaining({ code: 'ROOT_NOT_FOUND' }))
  })
})

describe('a module and what it was built into', () => {
  const files = ['src/main.ts', 'src/main.js', 'src/order.ts', 'src/order.js', 'src/only.js', 'src/money.mts', 'src/money.mjs']

  test('count once: as what runs is written', () => {
    expect(modulesOf(files, ['src/main.ts'])).toEqual(['src/main.ts', 'src/money.mts', 'src/only.js', 'src/order.ts'])
    expect(modulesOf(files, ['src/main.js'])).toEqual(['src/main.js', 'src/money.mjs', 'src/only.js', 'src/order.js'])
  })

  test('what runs below node_modules, or elsewhere, says nothing', () => {
    expect(modulesOf(files, ['node_modules/vitest/vitest.mjs', '../other.js'])).toContain('src/order.ts')
  })

  test('in a folder of its own, a build is taken when it is what runs, and src when that runs or nothing is known', () => {
    const both = ['src/domain.ts', 'src/order.ts', 'dist/domain.js', 'dist/order.js']
    expect(modulesOf(both, ['dist/domain.js'])).toEqual(['dist/domain.js', 'dist/order.js'])
    expect(modulesOf(both, ['src/domain.ts'])).toEqual(['src/domain.ts', 'src/order.ts'])
    expect(modulesOf(both)).toEqual(['src/domain.ts', 'src/order.ts'])
    expect(modulesOf(['domain.ts', 'dist/domain.js'], ['dist/domain.js'])).toEqual(['dist/domain.js'])
  })
})
