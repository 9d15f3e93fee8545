import { readFileSync } from 'node:fs'
import { join } from 'node:path'
// TypeScript 7 has no language service to call from JavaScript.
import ts from 'typescript-6'

const repository = join(import.meta.dirname, '..', '..')

/** What an editor shows for a piece of source that stands beside `shop.ts`. */
export interface Shown {
  /** The hover text of the name right after each comment, such as `order` in `/*here*\/order`, by the comment's text. */
  readonly hovers: Readonly<Record<string, string>>
  /** The complaints about each line that ends with a comment such as `//misspelt`, by the comment's text; all others under `''`. */
  readonly errors: Readonly<Record<string, readonly string[]>>
}

export function show(source: string): Shown {
  const file = join(import.meta.dirname, 'shown.ts')
  const service = ts.createLanguageService(hostFor(file, source))
  const hovers: Record<string, string> = {}
  for (const { 0: comment, 1: name = '', index } of source.matchAll(/\/\*(\w+)\*\//g)) {
    hovers[name] = ts.displayPartsToString(service.getQuickInfoAtPosition(file, index + comment.length)?.displayParts)
  }
  const errors: Record<string, string[]> = { '': [] }
  const lines = source.split('\n').map((line) => /\/\/(\w+)$/.exec(line)?.[1] ?? '')
  for (const { messageText, start = 0 } of service.getSemanticDiagnostics(file)) {
    const line = lines[source.slice(0, start).split('\n').length - 1] ?? ''
    errors[line] = [...(errors[line] ?? []), ts.flattenDiagnosticMessageText(messageText, ' ').replaceAll(/\s+/g, ' ')]
  }
  return { hovers, errors }
}

function hostFor(file: string, source: string): ts.LanguageServiceHost {
  const read = (path: string) => (path === file ? source : ts.sys.readFile(path))
  const { config } = ts.readConfigFile(join(repository, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'))
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, repository)
  return {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const text = read(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => repository,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: read,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  }
}
