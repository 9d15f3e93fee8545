import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { loadAdapter } from '../domain/adapter-loading.ts'
import { systemClock } from '../util/runtime/clock.ts'
import { systemTimers } from '../util/runtime/timers.ts'
import type { MadeTables } from './run-folder.ts'
import { noteIn } from './run-folder.ts'

/** Drops the tables that are noted in the folder, and removes it. Gives what went wrong, which does no harm: who makes tables drops older ones first. */
export async function endRun(folder: string): Promise<readonly unknown[]> {
  const failures: unknown[] = []
  for (const file of await readdir(folder)) {
    const { made = [] } = (await noteIn(join(folder, file))) ?? {}
    for (const tables of made) await drop(tables).catch((error: unknown) => failures.push(error))
  }
  await rm(folder, { recursive: true, force: true })
  return failures
}

async function drop({ name, settings, clusters }: MadeTables): Promise<void> {
  const setup = { name, settings, clock: systemClock, timers: systemTimers }
  const database = await loadAdapter('createDatabase', 'databases', setup)
  await database.open()
  await database.dropArtifacts(clusters).finally(() => database.close())
}
