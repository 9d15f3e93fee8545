import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StatementFeed } from '../../ports/statement-feed.ts'
import { SqliteConnection } from './connection.ts'
import type { SqliteDriver } from './driver.ts'
import { openNodeDriver } from './driver.ts'
import { openingError } from './errors.ts'
import type { SqliteOptions } from './options.ts'
import { registerFunctions } from './sqlite-functions.ts'

/** Reads wait in the driver, and block this process meanwhile: only for the moments in which another process recovers or closes the file. */
const READER_BUSY_MS = 1000

export interface SqliteConnections {
  readonly writer: SqliteConnection
  readonly reader: SqliteConnection
  close(): Promise<void>
}

/**
 * Opens the file twice: what the one connection writes, the other does not see before it is committed. In WAL mode neither waits for the other.
 * A database without a file has one in the system's temporary folder, since SQLite shares memory between connections only with locks on whole tables;
 * where the system allows it the file is nameless as soon as it is open, and so is gone however the process ends.
 */
export async function openConnections(name: string, options: SqliteOptions, statements?: StatementFeed): Promise<SqliteConnections> {
  const folder = options.path === undefined ? await mkdtemp(join(tmpdir(), 'protean-sqlite-')) : undefined
  const path = options.path ?? join(folder ?? '', 'database')
  const drivers: SqliteDriver[] = []
  const removeFolder = () => (folder === undefined ? Promise.resolve() : rm(folder, { recursive: true, force: true }))
  try {
    const synchronous = folder === undefined ? options.synchronous : 'off'
    for (const busyMs of [0, Math.min(options.busyTimeoutMs, READER_BUSY_MS)]) {
      const driver = await openNodeDriver(path)
      drivers.push(driver)
      prepare(driver, options.busyTimeoutMs, busyMs, synchronous)
    }
    if (process.platform !== 'win32') await removeFolder()
  } catch (error) {
    for (const driver of drivers) driver.close()
    await removeFolder()
    throw openingError(name, path, error)
  }
  const [writer, reader] = drivers.map((driver) => new SqliteConnection(driver, name, statements)) as [SqliteConnection, SqliteConnection]
  reader.exec('PRAGMA query_only = ON')
  return {
    writer,
    reader,
    async close() {
      reader.close()
      writer.close()
      await removeFolder()
    },
  }
}

function prepare(driver: SqliteDriver, openingMs: number, busyMs: number, synchronous: string): void {
  driver.exec(`PRAGMA busy_timeout = ${Math.trunc(openingMs)}`)
  driver.exec('PRAGMA journal_mode = WAL')
  driver.exec(`PRAGMA synchronous = ${synchronous}`)
  driver.exec('PRAGMA foreign_keys = ON')
  // Opens the files that belong to the database, and says now if it is none.
  driver.exec('SELECT count(*) FROM sqlite_schema')
  driver.exec(`PRAGMA busy_timeout = ${Math.trunc(busyMs)}`)
  registerFunctions(driver)
}
