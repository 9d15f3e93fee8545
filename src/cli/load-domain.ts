import { statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Domain } from '../domain/domain.ts'
import { UsageError } from './usage-error.ts'

const ENDINGS = ['.ts', '.js', '.mts', '.mjs']
const IN_FOLDER = ['domain', 'src/domain'].flatMap((name) => ENDINGS.map((ending) => `${name}${ending}`))
const METHODS = ['init', 'check', 'close', 'unitOfWork']

/**
 * The domain that a module exports: `domain`, the default export, or the only one there is. `given` is a file, a folder, or `file:export`.
 * Fails with `UsageError` when there is none, or more than one; what the module itself throws comes out as it is.
 */
export async function loadDomain(given: string): Promise<Domain> {
  const { file, wanted } = located(given)
  if (/\.m?ts$/.test(file) && process.features.typescript === false)
    throw new UsageError(
      `${file} is TypeScript, which this Node does not run. Use Node 22.18 or later, or name a compiled file with --domain.`,
    )
  const exported = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>
  if (wanted !== undefined) {
    const domain = exported[wanted]
    if (isDomain(domain)) return domain
    throw new UsageError(`${file} exports no domain called ${wanted}.${listed(domainsIn(exported))}`)
  }
  for (const name of ['domain', 'default']) if (isDomain(exported[name])) return exported[name]
  const domains = domainsIn(exported)
  const [only] = domains
  if (only !== undefined && new Set(domains.map(([, domain]) => domain)).size === 1) return only[1]
  if (only === undefined) throw new UsageError(`${file} exports no domain. Write: export const domain = new Domain('…').`)
  throw new UsageError(`${file} exports several domains.${listed(domains)} Name one: --domain ${given}:${only[0]}.`)
}

function located(given: string): { readonly file: string; readonly wanted: string | undefined } {
  const whole = fileAt(given)
  if (whole !== undefined) return { file: whole, wanted: undefined }
  const [, path = '', wanted] = /^(.+):([\p{L}_$][\p{L}\p{N}_$]*)$/u.exec(given) ?? []
  const file = path === '' ? undefined : fileAt(path)
  if (file !== undefined) return { file, wanted }
  const folder = kindOf(resolve(given)) === 'folder'
  throw new UsageError(
    folder
      ? `${resolve(given)} holds no domain: there is none of ${IN_FOLDER.join(', ')}. Name the module with --domain.`
      : `${given} is neither a file nor a folder. Name the module of the domain with --domain.`,
  )
}

function fileAt(path: string): string | undefined {
  const at = resolve(path)
  const kind = kindOf(at)
  if (kind === 'file' && ENDINGS.includes(extname(at))) return at
  return kind === 'folder' ? IN_FOLDER.map((name) => join(at, name)).find((file) => kindOf(file) === 'file') : undefined
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  return found.isDirectory() ? 'folder' : 'file'
}

/** Not by its class: the module may have got it from another copy of the package. */
function isDomain(value: unknown): value is Domain {
  return (
    typeof value === 'object' &&
    value !== null &&
    METHODS.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function')
  )
}

function domainsIn(exported: Readonly<Record<string, unknown>>): readonly (readonly [string, Domain])[] {
  return Object.entries(exported).flatMap(([name, value]) => (isDomain(value) ? [[name, value] as const] : []))
}

function listed(domains: readonly (readonly [string, Domain])[]): string {
  return domains.length === 0 ? '' : ` It exports ${domains.map(([name, domain]) => `${name} (${domain.name})`).join(', ')}.`
}
