import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import type { SourceFile } from './support/source-file.ts'
import { parse, repository, sourceFiles } from './support/source-file.ts'

/** From left to right; a file imports from its own folder and from folders to the left of it. */
const LAYERS = [['util', 'errors'], ['model'], ['messaging'], ['ports'], ['unit-of-work'], ['handlers'], ['domain'], ['engine'], ['cli']]
const CORE = LAYERS.flat()
/** What an adapter may see of the core. */
const FOR_ADAPTERS = ['util', 'errors', 'model', 'messaging', 'ports']
/** Folders on top of the public API, and what each may import of the others; every one may import the core and the entry point. */
const ON_TOP: Record<string, string[]> = { testing: ['adapters/memory'], vitest: ['testing', 'adapters/memory'] }
/** The edges that the order of the layers does not give. */
const EDGES: Record<string, string[]> = {
  domain: ['adapters/memory'],
  cli: Object.keys(ON_TOP),
  'adapters/sqlite': ['adapters/sql'],
  'adapters/postgres': ['adapters/sql'],
  'adapters/pglite': ['adapters/sql', 'adapters/postgres'],
  'adapters/message-db': ['adapters/sql', 'adapters/postgres'],
}
/** The edges that are allowed only as `await import(…)`: an adapter is loaded when it is configured. */
const LAZY_EDGES: Record<string, string[]> = {
  domain: ['adapters/sqlite', 'adapters/postgres', 'adapters/pglite', 'adapters/redis', 'adapters/message-db'],
}
const NAMES_THAT_SAY_NOTHING = ['types', 'utils', 'util', 'helpers', 'common', 'interfaces', 'misc', 'shared']
const MAX_LINES = 300
/** The outside world: time, chance and waiting come from `src/util/runtime`, which tests replace. */
const OUTSIDE_WORLD =
  /^(globalThis\.)?(new Date\(\)|Date|Date\.now|performance\.now|process\.hrtime(\.bigint)?|Math\.random|set(Timeout|Interval|Immediate)|(crypto\.)?(randomUUID|randomUUIDv7|randomBytes|randomInt|randomFill|randomFillSync|getRandomValues))$/
const TIMER_MODULES = ['node:timers', 'node:timers/promises', 'timers', 'timers/promises']

const entries = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry['proteanjs-source'].slice(2)]))
const src = sourceFiles('src')
const everything = ['src', 'tests', 'bench', 'examples', 'scripts'].flatMap(sourceFiles)

describe('layers', () => {
  test('every source file belongs to a layer', () => {
    expect(src.map(layerOf).filter((layer) => layer !== 'index' && allowed(layer) === undefined)).toEqual([])
  })

  test('a file imports only from its own folder and from layers below it, types included', () => {
    expect(src.flatMap(upwardImports)).toEqual([])
  })

  test('the rule sees an upward import, an adapter that imports another, and a type import', () => {
    const upward = (path: string, text: string) => upwardImports(parse(path, text)).length
    expect(upward('src/model/a.ts', "import { b } from '../domain/b.ts'")).toBe(1)
    expect(upward('src/model/a.ts', "import type { b } from '../ports/b.ts'")).toBe(1)
    expect(upward('src/ports/a.ts', "export type A = import('../domain/b.ts').B")).toBe(1)
    expect(upward('src/adapters/redis/a.ts', "export * from '../memory/b.ts'")).toBe(1)
    expect(upward('src/adapters/redis/a.ts', "await import('../../unit-of-work/b.ts')")).toBe(1)
    expect(upward('src/engine/a.ts', "import { b } from '../adapters/memory/b.ts'")).toBe(1)
    expect(upward('src/domain/a.ts', "import { b } from '../adapters/sqlite/b.ts'")).toBe(1)
    expect(upward('src/domain/a.ts', "await import('../adapters/sqlite/b.ts')")).toBe(0)
    expect(upward('src/domain/a.ts', "import { b } from '../adapters/memory/b.ts'; import { c } from '../model/c.ts'")).toBe(0)
    expect(upward('src/adapters/redis/a.ts', "import { b } from '../../ports/b.ts'; import { c } from './c.ts'")).toBe(0)
  })

  test('no file imports itself by way of others', () => {
    expect(cycles(src)).toEqual([])
  })

  test('the rule sees a cycle', () => {
    const files = [parse('src/util/a.ts', "import { b } from './b.ts'"), parse('src/util/b.ts', "import type { a } from './a.ts'")]
    expect(cycles(files)).toEqual(['src/util/a.ts → src/util/b.ts → src/util/a.ts'])
  })

  test('importing an entry point loads no driver and no optional peer', () => {
    const peersOf = (entry: string) => (entry.startsWith('src/vitest/') ? ['vitest', 'vitest/config'] : [])
    const forbidden = entries.flatMap((entry) => {
      const ours = [...Object.keys(manifest.dependencies), ...peersOf(entry)]
      // node:sqlite prints a warning on Node 22, so it too is loaded only where it is configured.
      const isFree = (target: string) => (target.startsWith('node:') && target !== 'node:sqlite') || ours.includes(target)
      return loadedBy(entry).flatMap(({ path, imports }) =>
        imports
          .filter(({ external, lazy, target }) => external && !lazy && !isFree(target))
          .map(({ target }) => `${entry}: ${path} imports ${target}`),
      )
    })
    expect(forbidden).toEqual([])
  })
})

describe('files', () => {
  test('every relative import names an existing file with its extension', () => {
    const missing = ({ path, imports }: SourceFile) =>
      imports.filter(({ external, target }) => !external && !existsSync(join(repository, target))).map(({ target }) => `${path}: ${target}`)
    expect(everything.flatMap(missing)).toEqual([])
  })

  test(`no file is longer than ${MAX_LINES} lines`, () => {
    expect(everything.filter(({ lines }) => lines > MAX_LINES).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
  })

  test('no file has a name that says nothing', () => {
    expect(everything.map(({ path }) => path).filter((path) => NAMES_THAT_SAY_NOTHING.includes(basename(path, '.ts')))).toEqual([])
  })

  test('an index.ts is an entry point of the package', () => {
    expect(src.map(({ path }) => path).filter((path) => path.endsWith('/index.ts') && !entries.includes(path))).toEqual([])
  })
})

describe('code', () => {
  test('there are no default exports', () => {
    expect(everything.filter(({ defaultExport, path }) => defaultExport && !path.endsWith('.config.ts')).map(({ path }) => path)).toEqual(
      [],
    )
  })

  test('all types can be erased: no enum, namespace or parameter property', () => {
    expect(everything.flatMap(({ path, unerasable }) => unerasable.map((syntax) => `${path}: ${syntax}`))).toEqual([])
  })

  test('no module has state of its own that is assigned again', () => {
    expect(src.flatMap(({ path, moduleState }) => moduleState.map((name) => `${path}: ${name}`))).toEqual([])
  })

  test('the rules see what they forbid', () => {
    const text =
      'export default 1; enum A { B } namespace C { export const d = 1 } class E { constructor(readonly f: number) {} } export let g = 1'
    expect(parse('src/a.ts', text)).toMatchObject({
      defaultExport: true,
      unerasable: ['enum', 'namespace', 'parameter property'],
      moduleState: ['g'],
    })
  })

  test('time, chance and waiting come from src/util/runtime', () => {
    expect(src.filter(({ path }) => !path.startsWith('src/util/runtime/')).flatMap(outsideWorld)).toEqual([])
  })

  test('the rule sees the clock, timers and chance, and leaves a date made from a value alone', () => {
    const text =
      "import { setTimeout } from 'node:timers/promises'; Date.now(); new Date(); new Date(0); Math.random(); crypto.randomUUID(); setTimeout(1)"
    expect(outsideWorld(parse('src/a.ts', text))).toHaveLength(6)
  })
})

/** The folder that decides what a file may import: `model`, `adapters/memory`; a file of its own is its name: `errors`, `index`. */
function layerOf({ path }: Pick<SourceFile, 'path'>): string {
  const [folder = '', below] = path.replace(/^src\//, '').split('/')
  return folder === 'adapters' ? `adapters/${below}` : basename(folder, '.ts')
}

/** The layers that a layer may import from, besides itself; `undefined` for a folder that has no place yet. */
function allowed(layer: string): string[] | undefined {
  const edges = EDGES[layer] ?? []
  if (layer === 'index') return CORE
  if (layer.startsWith('adapters/')) return [...FOR_ADAPTERS, ...edges]
  if (layer in ON_TOP) return [...CORE, 'index', ...(ON_TOP[layer] ?? [])]
  const rank = LAYERS.findIndex((names) => names.includes(layer))
  return rank === -1 ? undefined : [...LAYERS.slice(0, rank + 1).flat(), ...edges]
}

function upwardImports(file: SourceFile): string[] {
  const layer = layerOf(file)
  const below = [layer, ...(allowed(layer) ?? [])]
  const inside = file.imports.filter(({ external }) => !external)
  const isAllowed = ({ target, lazy }: SourceFile['imports'][number]) =>
    below.includes(layerOf({ path: target })) || (lazy && LAZY_EDGES[layer]?.includes(layerOf({ path: target })) === true)
  return inside.filter((one) => !isAllowed(one)).map(({ target }) => `${file.path} imports ${target}`)
}

function cycles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const finished = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start !== -1) found.push([...trail.slice(start), path].join(' → '))
    if (start !== -1 || finished.has(path)) return
    for (const { target } of byPath.get(path)?.imports ?? []) visit(target, [...trail, path])
    finished.add(path)
  }
  for (const { path } of files) visit(path, [])
  return found
}

function loadedBy(entry: string): SourceFile[] {
  const reached = new Set([entry])
  for (const path of reached) {
    for (const { target, external, lazy } of src.find((file) => file.path === path)?.imports ?? [])
      if (!external && !lazy) reached.add(target)
  }
  return src.filter(({ path }) => reached.has(path))
}

function outsideWorld({ path, calls, imports }: SourceFile): string[] {
  const used = [
    ...calls.filter((call) => OUTSIDE_WORLD.test(call)),
    ...imports.map(({ target }) => target).filter((target) => TIMER_MODULES.includes(target)),
  ]
  return used.map((use) => `${path}: ${use}`)
}
