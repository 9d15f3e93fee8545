import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from '../../../src/adapters/sqlite/create-database.ts'
import type { SqliteDatabase } from '../../../src/adapters/sqlite/database.ts'
import type { Timers } from '../../../src/util/runtime/timers.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

/** A file that several databases can be opened on, as several processes would. */
export class SqliteFile {
  readonly path: string
  readonly #folder: string
  readonly #opened: SqliteDatabase[] = []

  private constructor(folder: string) {
    this.#folder = folder
    this.path = join(folder, 'test.db')
  }

  static async make(): Promise<SqliteFile> {
    return new SqliteFile(await mkdtemp(join(tmpdir(), 'protean-test-')))
  }

  async open(options: Readonly<Record<string, unknown>> = {}, timers: Timers = systemTimers): Promise<SqliteDatabase> {
    const settings = { databaseUri: `sqlite:///${this.path}`, options: { synchronous: 'normal', ...options } }
    const database = createDatabase({ name: 'test', settings, timers })
    this.#opened.push(database)
    await database.open()
    return database
  }

  async remove(): Promise<void> {
    for (const database of this.#opened) await database.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
