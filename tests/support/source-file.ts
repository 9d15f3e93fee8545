import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { parseSync, Visitor } from 'vite'

export const repository = join(import.meta.dirname, '..', '..')

export interface Import {
  /** As a path from the repository (`src/errors.ts`) where it is relative, otherwise as written (`node:fs`, `pg`). */
  readonly target: string
  readonly external: boolean
  /** Loaded when the line runs, not when the module does. */
  readonly lazy: boolean
}

/** What a rule about source files can ask. */
export interface SourceFile {
  /** From the repository, with forward slashes: `src/model/field.ts`. */
  readonly path: string
  readonly lines: number
  /** Type imports and re-exports included. */
  readonly imports: readonly Import[]
  /** What is called, as written and without arguments: `Date.now`, `setTimeout`. `new Date()` is there when it has no argument. */
  readonly calls: readonly string[]
  readonly defaultExport: boolean
  /** Syntax that types cannot simply be erased from: `enum`, `namespace`, `parameter property`. */
  readonly unerasable: readonly string[]
  /** Names of variables of the module itself that can be assigned again. */
  readonly moduleState: readonly string[]
}

/** Every TypeScript file under `folder`, sorted by path. A folder that does not exist has none. */
export function sourceFiles(folder: string): SourceFile[] {
  const paths = globSync(`${folder}/**/*.ts`, { cwd: repository, exclude: ['**/node_modules/**'] })
  return paths
    .map((path) => path.split(sep).join('/'))
    .sort()
    .map((path) => parse(path, readFileSync(join(repository, path), 'utf8')))
}

export function parse(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text, { lang: 'ts' })
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`)
  const imports: Import[] = []
  const calls: string[] = []
  const unerasable: string[] = []
  let defaultExport = false
  const add = (specifier: string, lazy = false) => imports.push(resolve(path, specifier, lazy))

  new Visitor({
    ImportDeclaration: (node) => void add(node.source.value),
    ExportAllDeclaration: (node) => void add(node.source.value),
    ExportNamedDeclaration: (node) => void (node.source !== null && add(node.source.value)),
    TSImportType: (node) => void add(node.source.value),
    ImportExpression: (node) => void (node.source.type === 'Literal' && add(String(node.source.value), true)),
    ExportDefaultDeclaration: () => {
      defaultExport = true
    },
    TSEnumDeclaration: () => void unerasable.push('enum'),
    TSModuleDeclaration: (node) => void (node.declare || unerasable.push('namespace')),
    TSParameterProperty: () => void unerasable.push('parameter property'),
    CallExpression: (node) => void calls.push(text.slice(node.callee.start, node.callee.end)),
    NewExpression: (node) => void (node.arguments.length === 0 && calls.push(`new ${text.slice(node.callee.start, node.callee.end)}()`)),
  }).visit(program)

  const moduleState = program.body
    .map((statement) => (statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement))
    .filter((statement) => statement?.type === 'VariableDeclaration')
    .filter(({ kind }) => kind === 'let' || kind === 'var')
    .flatMap(({ declarations }) => declarations.map(({ id }) => text.slice(id.start, id.end)))

  return { path, lines: text.trimEnd().split('\n').length, imports, calls, defaultExport, unerasable, moduleState }
}

function resolve(path: string, specifier: string, lazy: boolean): Import {
  const external = !specifier.startsWith('.')
  return { target: external ? specifier : posix.join(dirname(path), specifier), external, lazy }
}
