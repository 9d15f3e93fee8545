import { existsSync, realpathSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const FRAME = /\(?((?:file:\/\/)?\/[^()\n]*?|(?:file:\/\/\/)?[A-Za-z]:[\\/][^()\n]*?):\d+:\d+\)?$/
/** Where this package is. */
const FRAMEWORK = `${dirname(import.meta.dirname)}${sep}`

/** The modules on the call stack, from the caller outwards, and the one that the process was started with; this package's own left out. */
export function loadedModules(): readonly string[] {
  const entry = process.argv[1]
  const found = [...stackOfHere(), ...(entry === undefined ? [] : [entry])].flatMap(realPath)
  return [...new Set(found)].filter((path) => !path.startsWith(FRAMEWORK))
}

/** Frames further out matter as much as near ones. */
function stackOfHere(): readonly string[] {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = Number.POSITIVE_INFINITY
  const { stack = '' } = new Error('here')
  Error.stackTraceLimit = limit
  return stack.split('\n').flatMap((line) => FRAME.exec(line)?.[1] ?? [])
}

/** Frames may name files that are none, such as code made at run time. */
function realPath(file: string): readonly string[] {
  const path = (file.startsWith('file:') ? fileURLToPath(file) : file).replace(/[?#].*$/, '')
  return existsSync(path) ? [realpathSync(path)] : []
}
