import { mkdtempSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClusterSchema } from '../ports/table.ts'

/** The variable that tells workers of the folder of their run. */
export const RUN_FOLDER = 'PROTEAN_TEST_RUN'

/** Tables that the run has made in one place and has to drop again. */
export interface MadeTables {
  /** Of the database in the configuration. */
  readonly name: string
  /** The entry of the configuration, with which the database is opened. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly clusters: readonly ClusterSchema[]
}

/** What is noted of one place: a schema on a server, or a file. A place belongs to one worker, so that nobody else writes the note meanwhile. */
export interface PlaceNote {
  /** Digest of the tables that stand there now; undefined while they are being made. */
  readonly standing: string | undefined
  readonly made: readonly MadeTables[]
}

/** A folder in which the workers of a run note the tables that they have made. Only this user can read it: settings may hold passwords. */
export function makeRunFolder(): string {
  return mkdtempSync(join(tmpdir(), 'proteanjs-run-'))
}

export async function noteIn(file: string): Promise<PlaceNote | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as PlaceNote
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function note(file: string, content: PlaceNote): Promise<void> {
  return writeFile(file, JSON.stringify(content), { mode: 0o600 })
}
