import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { watchSources } from '../../../src/cli/server/source-watch.ts'

let root: string
let changes: string[]
let stop: () => void

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'protean-watch-'))
  for (const folder of ['src/orders', 'node_modules/pg', '.git', 'dist']) await mkdir(join(root, folder), { recursive: true })
  await write('src/domain.ts')
  changes = []
  stop = watchSources(root)((path) => changes.push(path.slice(root.length + 1)))
})

afterEach(async () => {
  stop()
  await rm(root, { recursive: true, force: true })
})

function write(path: string, text = ''): Promise<void> {
  return writeFile(join(root, path), text)
}

const seen = () => expect.poll(() => changes, { interval: 5 })

test('tells of sources that are written, made, moved or removed, at any depth', async () => {
  await write('src/domain.ts', 'changed')
  await seen().toContain('src/domain.ts')
  await write('src/orders/order.mts')
  await seen().toContain('src/orders/order.mts')
  await write('domain.toml')
  await seen().toContain('domain.toml')
  await rename(join(root, 'src/domain.ts'), join(root, 'src/shop.ts'))
  await seen().toContain('src/shop.ts')
  changes.length = 0
  await rm(join(root, 'src/shop.ts'))
  await seen().toContain('src/shop.ts')
})

test('tells of what is in a folder that is made later, its folders included', async () => {
  await mkdir(join(root, 'src/customers/rules'), { recursive: true })
  await write('src/customers/rules/rule.ts')
  await seen().toContain('src/customers/rules/rule.ts')
  changes.length = 0
  await write('src/customers/rules/rule.ts', 'changed')
  await seen().toContain('src/customers/rules/rule.ts')
})

test('tells of what is in a folder that is moved there', async () => {
  await write('node_modules/pg/query.ts')
  await rename(join(root, 'node_modules/pg'), join(root, 'src/pg'))
  await seen().toContain('src/pg/query.ts')
})

test('tells nothing of databases, dependencies, output and hidden folders', async () => {
  for (const path of ['shop.db', 'shop.db-wal', 'data.json', 'node_modules/pg/index.js', '.git/config.toml', 'dist/domain.js'])
    await write(path)
  await mkdir(join(root, '.protean'))
  await write('.protean/cache.ts')
  await write('src/last.ts')
  await seen().toContain('src/last.ts')
  expect(new Set(changes)).toEqual(new Set(['src/last.ts']))
})

test('tells nothing when it was stopped', async () => {
  stop()
  const others: string[] = []
  const stopOther = watchSources(root)((path) => others.push(path))
  await write('src/domain.ts', 'changed')
  await expect.poll(() => others, { interval: 5 }).not.toEqual([])
  stopOther()
  expect(changes).toEqual([])
})
