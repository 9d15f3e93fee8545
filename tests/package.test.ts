import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { repository } from './support/source-file.ts'

const entries = Object.entries(manifest.exports).flatMap(([name, entry]) => (typeof entry === 'string' ? [] : [{ name, entry }]))

test('every entry point has a source file', () => {
  expect(entries.map(({ entry }) => entry['proteanjs-source']).filter((source) => !existsSync(join(repository, source)))).toEqual([])
})

test.each(entries)('$name is built from its source: condition for this repository first, then types, then code', ({ entry }) => {
  const built = entry['proteanjs-source'].replace(/^\.\/src\/(.*)\.ts$/, './dist/$1')
  expect(Object.entries(entry)).toEqual([
    ['proteanjs-source', entry['proteanjs-source']],
    ['types', `${built}.d.ts`],
    ['default', `${built}.js`],
  ])
})

test('the package contains what its exports name', () => {
  expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'src']))
  expect(manifest).toMatchObject({
    name: 'proteanjs',
    type: 'module',
    sideEffects: false,
    license: 'Apache-2.0',
    engines: { node: '>=22.18' },
  })
})

test('a command is published exactly when there is one', () => {
  expect('bin' in manifest).toBe(existsSync(join(repository, 'src/cli/main.ts')))
})

test('every peer is optional, and all that is installed with the package is its list of dependencies', () => {
  const meta: Record<string, { optional?: boolean }> = manifest.peerDependenciesMeta
  expect(Object.keys(manifest.peerDependencies).filter((peer) => meta[peer]?.optional !== true)).toEqual([])
  expect(Object.keys(manifest.dependencies)).toEqual(['citty', 'smol-toml'])
})

test('the lock file names no registry, so that it installs from whichever is configured', () => {
  expect(readFileSync(join(repository, 'package-lock.json'), 'utf8')).not.toContain('"resolved": "http')
})
