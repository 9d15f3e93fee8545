import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Problem } from '../../errors.ts'
import { ConfigurationError } from '../../errors.ts'
import type { Migration } from '../../ports/schema-tools.ts'
import { snakeCase } from '../../util/names.ts'
import { checksumOf } from './migration-text.ts'

const FILE = /^(\d{14})_([a-z0-9_]+)\.sql$/
const SECOND_MS = 1000

/** The migrations of one database: files `<id>_<name>.sql`, whose id is the second in which they were written, as `20260131120000`. */
export class MigrationFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** By id. None where there is no folder. Fails with `ConfigurationError` for a file with a name that is none, and for two with one id. */
  async read(): Promise<readonly Migration[]> {
    const names = (await this.#names()).filter((name) => name.endsWith('.sql'))
    const problems = names.flatMap((name, at) => problemOf(join(this.path, name), names[at - 1]))
    if (problems.length > 0) throw new ConfigurationError(problems)
    return Promise.all(
      names.map(async (file) => {
        const [, id = '', name = ''] = FILE.exec(file) ?? []
        const sql = await readFile(join(this.path, file), 'utf8')
        return { id, name, checksum: checksumOf(sql), sql }
      }),
    )
  }

  /** Writes a new file, with an id after all others; gives its path. */
  async write(name: string, sql: string, writtenAt: Date): Promise<string> {
    const fileName = snakeCase(name.trim().replaceAll(/[\s-]+/g, '_'))
    if (!/^[a-z0-9_]+$/.test(fileName)) {
      throw new ConfigurationError({
        code: 'MIGRATION_NAME_INVALID',
        element: name,
        message: 'is no name for a migration.',
        fix: 'Give it letters without accents, digits and underscores, such as add_total.',
      })
    }
    const last = (await this.#names()).flatMap((file) => FILE.exec(file)?.[1] ?? []).at(-1)
    const time = Math.max(writtenAt.getTime(), last === undefined ? 0 : timeOf(last) + SECOND_MS)
    await mkdir(this.path, { recursive: true })
    const path = join(this.path, `${idAt(time)}_${fileName}.sql`)
    await writeFile(path, sql, { flag: 'wx' })
    return path
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.path)).sort()
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'ENOENT') return []
      throw error
    }
  }
}

function problemOf(path: string, previous: string | undefined): readonly Problem[] {
  const [, id] = FILE.exec(basename(path)) ?? []
  if (id === undefined) {
    return [
      {
        code: 'MIGRATION_FILE_INVALID',
        element: path,
        message: 'is not called as a migration is.',
        fix: 'Name it like 20260131120000_add_total.sql, or move it elsewhere.',
      },
    ]
  }
  if (previous === undefined || FILE.exec(previous)?.[1] !== id) return []
  const fix = 'Give one of them another time.'
  return [{ code: 'MIGRATION_FILE_INVALID', element: path, message: `has the same id as ${previous}.`, fix }]
}

/** When the id says that the migration was written. */
function timeOf(id: string): number {
  return Date.parse(id.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z')) || 0
}

/** `20260131120000` for 2026-01-31T12:00:00Z. */
function idAt(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replaceAll(/\D/g, '')
}
