import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describePostgres } from '../../support/postgres.ts'
import type { Consumer } from '../../vitest/consumer.ts'
import { makeConsumer } from '../../vitest/consumer.ts'
import { writeParallelFiles, writeTwoFiles } from '../../vitest/run-in-project.ts'

describePostgres('the tables of a test run on PostgreSQL', (server) => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await makeConsumer('installed')
  })
  afterAll(async () => {
    consumer.dispose()
    for (const worker of [1, 2]) await server.admin(`DROP SCHEMA IF EXISTS public_worker_${worker}`)
  })

  test('are made once, in a schema of the worker, and dropped when the run ends', { timeout: 60_000 }, async () => {
    writeTwoFiles(consumer, server.uri, 'with the plugin')
    const { passed, output } = await consumer.vitest()
    expect(passed, output).toBe(true)
    expect(output.match(/\[the table .*\]/g)).toEqual(['[the table is new in public_worker_1]', '[the table stands in public_worker_1]'])
    expect(await server.admin("SELECT tablename FROM pg_tables WHERE schemaname = 'public_worker_1'")).toEqual([])
  })

  test('belong to one worker each, so that files which run at the same time see nothing of each other', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'proteanjs-run-schemas-'))
    writeParallelFiles(consumer, server.uri)
    const { passed, output } = await consumer.vitest([], { TMPDIR: folder })
    rmSync(folder, { recursive: true })
    expect(passed, output).toBe(true)
  })
})
