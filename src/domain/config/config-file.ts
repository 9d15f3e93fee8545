import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, TomlError } from 'smol-toml'
import { ConfigurationError } from '../../errors.ts'
import { isPlainObject } from '../../util/plain.ts'
import type { Table } from './plain-tables.ts'

export interface ConfigFile {
  readonly path: string
  readonly table: Table
}

/** Folders above the root in which a file is still looked for. */
const PARENTS = 2

/**
 * The first of `.domain.toml`, `domain.toml` and a `package.json` with the key `protean`, in the root or at most two folders above it.
 * Throws `ConfigurationError` (`CONFIG_UNREADABLE`, `CONFIG_INVALID_TOML`, `CONFIG_INVALID_JSON`) for a file that is there but of no use.
 */
export function findConfigFile(root: string | URL): ConfigFile | undefined {
  let folder = folderOf(root)
  for (let level = 0; level <= PARENTS; level++) {
    const found =
      readToml(join(folder, '.domain.toml')) ?? readToml(join(folder, 'domain.toml')) ?? readPackage(join(folder, 'package.json'))
    if (found) return found
    folder = dirname(folder)
  }
  return undefined
}

function folderOf(root: string | URL): string {
  if (typeof root === 'string' && !root.startsWith('file:')) return resolve(root)
  try {
    return resolve(fileURLToPath(root))
  } catch (cause) {
    throw failure(
      'CONFIG_INVALID_ROOT',
      String(root),
      'is not a folder on this machine.',
      'Give `root` a path or a file URL, for example `import.meta.dirname`.',
      cause,
    )
  }
}

function readToml(path: string): ConfigFile | undefined {
  const text = readText(path)
  if (text === undefined) return undefined
  try {
    return { path, table: parse(text) }
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    const reason = cause.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '')
    throw failure(
      'CONFIG_INVALID_TOML',
      `${path}:${cause.line}:${cause.column}`,
      `is not valid TOML: ${reason}.`,
      'Correct the file.',
      cause,
    )
  }
}

function readPackage(path: string): ConfigFile | undefined {
  const text = readText(path)
  if (text === undefined) return undefined
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw failure('CONFIG_INVALID_JSON', path, `is not valid JSON: ${(cause as Error).message}.`, 'Correct the file.', cause)
  }
  if (!isPlainObject(content) || !Object.hasOwn(content, 'protean')) return undefined
  if (isPlainObject(content.protean)) return { path, table: content.protean }
  throw failure(
    'CONFIG_INVALID_VALUE',
    path,
    'has a key `protean` that is not an object.',
    'Give it the keys that `domain.toml` would have.',
  )
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    // No instanceof: where code runs in a context of its own, as in some test runners, Node's errors come from another.
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw failure(
      'CONFIG_UNREADABLE',
      path,
      `cannot be read: ${(cause as Error).message}.`,
      'Make it a readable file, or remove it.',
      cause,
    )
  }
}

function failure(code: string, element: string, message: string, fix: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError({ code, element, message, fix }, cause === undefined ? {} : { cause })
}
