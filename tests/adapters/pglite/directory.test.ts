import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDatabase } from '../../../src/adapters/pglite/create-database.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import { orders } from '../../../src/testing/conformance/schemas.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

let folder: string
let databaseUri: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proteanjs-pglite-'))
  databaseUri = `pglite:///${join(folder, 'data')}`
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('G1: what was committed to a directory is there after the process was killed, rows and events alike', {
  timeout: 120_000,
}, async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'directory-child.ts'), databaseUri])
  let output = ''
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text) => {
      output += String(text)
      if (output.includes('\n30\n')) child.kill('SIGKILL')
    })
    child.on('close', () => resolve())
  })
  expect(child.signalCode).toBe('SIGKILL')
  const committed = Number(/(\d+)\n[^\n]*$/.exec(output)?.[1])

  const database = createDatabase({ name: 'again', settings: { databaseUri }, timers: systemTimers })
  expect(database.capabilities.durable).toBe(true)
  await database.open()
  const stored = await database.count(orders.table, EVERYTHING)
  const { messages } = await database.events.readAll({ limit: 10_000 })
  expect(stored).toBeGreaterThan(committed)
  expect(messages.length).toBe(stored)
  await database.close()
})

test('when PGlite is not installed, the error says how to', async () => {
  vi.doMock('@electric-sql/pglite', () => {
    throw new Error("Cannot find package '@electric-sql/pglite'")
  })
  const database = createDatabase({ name: 'default', settings: {}, timers: systemTimers })
  await expect(database.open()).rejects.toMatchObject({
    code: 'DRIVER_MISSING',
    message: expect.stringContaining('npm install @electric-sql/pglite'),
  })
  vi.doUnmock('@electric-sql/pglite')
})
