import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { findConfigFile } from '../../../src/domain/config/config-file.ts'
import { Configuration } from '../../../src/domain/config/configuration.ts'
import { project } from './project.ts'

const PACKAGE = '{ "name": "shop", "protean": { "snapshot_threshold": 3 } }'

test('in one folder .domain.toml wins over domain.toml, and that over package.json', () => {
  const files = { '.domain.toml': '', 'domain.toml': '', 'package.json': PACKAGE }
  expect(findConfigFile(project(files))?.path).toMatch(/[/\\]\.domain\.toml$/)
  expect(findConfigFile(project({ 'domain.toml': '', 'package.json': PACKAGE }))?.path).toMatch(/[/\\]domain\.toml$/)
  expect(findConfigFile(project({ 'package.json': PACKAGE }))?.table).toEqual({ snapshot_threshold: 3 })
})

test('a package.json that says nothing about protean does not end the search', () => {
  const root = project({ 'domain.toml': '', 'src/package.json': '{ "name": "inner" }' })
  expect(findConfigFile(join(root, 'src'))?.path).toBe(join(root, 'domain.toml'))
})

test('the nearest folder wins', () => {
  const root = project({ 'domain.toml': '', 'src/package.json': PACKAGE })
  expect(findConfigFile(join(root, 'src'))?.path).toBe(join(root, 'src', 'package.json'))
})

test('two folders above the root are searched, a third is not', () => {
  const root = project({ 'domain.toml': '', 'one/two/three/domain.ts': '' })
  expect(findConfigFile(join(root, 'one', 'two'))?.path).toBe(join(root, 'domain.toml'))
  expect(findConfigFile(join(root, 'one', 'two', 'three'))).toBeUndefined()
})

test('the root may be a path, a file URL, its text, or a module in the folder', () => {
  const root = project({ 'domain.toml': '', 'domain.ts': '' })
  const path = join(root, 'domain.toml')
  expect(findConfigFile(pathToFileURL(root))?.path).toBe(path)
  expect(findConfigFile(pathToFileURL(`${root}/`))?.path).toBe(path)
  expect(findConfigFile(pathToFileURL(join(root, 'domain.ts')).href)?.path).toBe(path)
  expect(findConfigFile(join(root, 'domain.ts'))?.path).toBe(path)
})

test('a root that is no folder of this machine is refused', () => {
  expect(() => findConfigFile(new URL('https://example.com/shop'))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID_ROOT' }))
})

test('without a file, and without a root, a domain has the defaults', () => {
  expect(new Configuration({ root: project({}), env: {} }).freeze().snapshotThreshold).toBe(10)
  expect(new Configuration({ env: {} }).freeze().snapshotThreshold).toBe(10)
})

test('bad TOML is reported with file, line, column and reason', () => {
  const root = project({ 'domain.toml': 'snapshot_threshold = 3\nevent_processing = sync\n' })
  const error = expect.objectContaining({
    code: 'CONFIG_INVALID_TOML',
    message: expect.stringMatching(/domain\.toml:2:20: is not valid TOML: .+\./),
  })
  expect(() => findConfigFile(root)).toThrow(error)
})

test('bad JSON in package.json is reported with the file', () => {
  const root = project({ 'package.json': '{ "protean": ' })
  expect(() => findConfigFile(root)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID_JSON', message: expect.stringContaining(join(root, 'package.json')) }),
  )
  expect(() => findConfigFile(project({ 'package.json': '{ "protean": true }' }))).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID_VALUE' }),
  )
})

test('a file that cannot be read is reported, not passed over', () => {
  const root = project({})
  mkdirSync(join(root, 'domain.toml'))
  expect(() => findConfigFile(root)).toThrow(
    expect.objectContaining({ code: 'CONFIG_UNREADABLE', message: expect.stringContaining(join(root, 'domain.toml')) }),
  )
})

test('nothing is read when the configuration is given in code', () => {
  const root = project({ 'domain.toml': 'not toml at all' })
  expect(new Configuration({ root, config: { eventProcessing: 'sync' }, env: {} }).freeze()).toMatchObject({ eventProcessing: 'sync' })
  expect(new Configuration({ root, config: {}, env: {} }).file).toBeUndefined()
})

test('nothing is read before the configuration is first used', () => {
  const root = project({ 'domain.toml': 'not toml at all' })
  const configuration = new Configuration({ root, env: {} })
  expect(() => configuration.config).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID_TOML' }))
})

test('the search ends at the top of the file system', () => {
  let top = project({})
  while (dirname(top) !== top) top = dirname(top)
  expect(findConfigFile(top)).toBeUndefined()
})
