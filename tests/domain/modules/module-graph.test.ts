import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importedModules, ModuleGraph } from '../../../src/domain/module-graph.ts'
import { project } from './project.ts'

test.each([
  ["import { a } from './a.ts'", ['./a.ts']],
  ["import a from './a.ts'", ['./a.ts']],
  ["import * as a from './a.ts'", ['./a.ts']],
  ["import './a.ts'", ['./a.ts']],
  ['import "./a.ts";import{b}from"./b.ts"', ['./a.ts', './b.ts']],
  ["import {\n  a,\n  b,\n} from './a.ts'", ['./a.ts']],
  ["export * from './a.ts'", ['./a.ts']],
  ["export { a } from './a.ts'", ['./a.ts']],
  ["import a, { type B } from './a.ts'", ['./a.ts']],
  ["import { type B } from './a.ts'", ['./a.ts']],
  ["import type from './a.ts'", ['./a.ts']],
  ["import type { A } from './a.ts'", []],
  ["import type A from './a.ts'", []],
  ["import type * as a from './a.ts'", []],
  ["export type { A } from './a.ts'", []],
  ["export type * from './a.ts'", []],
  ["export type Path = './a.ts'", []],
  ["export const path = './a.ts'", []],
  ["export function from(path = './a.ts') {}", []],
  ["const a = await import('./a.ts')", []],
  ["// import './a.ts'", []],
  [" * import './a.ts'", []],
])('%j imports %j', (text, imported) => {
  expect(importedModules(text)).toEqual(imported)
})

test('knows who imports a module, by way of others and in circles too, however the import is written', () => {
  const root = project({
    'a.ts': "import './b.ts'",
    'b.ts': "import './c.js'",
    'c.ts': "import './folder'; import './a.ts'",
    'folder/index.ts': "import '../e'",
    'e.ts': "import 'proteanjs'; import './missing.ts'",
    'f.ts': "import type { E } from './e.ts'",
  })
  const path = (name: string) => join(root, name)
  const graph = new ModuleGraph([path('a.ts'), path('f.ts')])
  expect([...graph.importersOf(path('e.ts'))].toSorted()).toEqual(['a.ts', 'b.ts', 'c.ts', 'folder/index.ts'].map(path))
  expect([graph.isImported(path('a.ts')), graph.isImported(path('f.ts'))]).toEqual([true, false])
})
