import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { endRun } from '../../src/vitest/end-run.ts'
import { makeRunFolder } from '../../src/vitest/run-folder.ts'
import type { Consumer } from './consumer.ts'
import { makeConsumer } from './consumer.ts'
import { writeAnotherModel, writeParallelFiles, writeTwoFiles } from './run-in-project.ts'

describe('the tables of a test run', { timeout: 60_000 }, () => {
  let consumer: Consumer
  let folder: string
  beforeAll(async () => {
    consumer = await makeConsumer('installed')
  })
  afterAll(() => consumer.dispose())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proteanjs-run-schemas-'))
    return () => rmSync(folder, { recursive: true })
  })

  /** What the two test files saw, one after the other, in a run whose temporary files are in the folder. */
  async function run(): Promise<readonly string[]> {
    const { passed, output } = await consumer.vitest([], { TMPDIR: folder })
    expect(passed, output).toBe(true)
    return [...output.matchAll(/\[the table (is new|stands) in/g)].map(([, found = '']) => found)
  }
  const tables = () => {
    const file = new DatabaseSync(join(folder, 'shelf.db.worker-1'), { readOnly: true })
    const found = file.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()
    file.close()
    return found
  }

  test('are made once, though each file is a process of its own, and dropped when it ends', async () => {
    writeTwoFiles(consumer, `sqlite:///${join(folder, 'shelf.db')}`, 'with the plugin')
    expect(await run()).toEqual(['is new', 'stands'])
    expect(tables()).toEqual([])
    expect(readdirSync(folder).filter((name) => name.startsWith('proteanjs-run'))).toEqual([])
    expect(await run(), 'the next run begins anew').toEqual(['is new', 'stands'])
  })

  test('are made again for a file whose domain has others, and all of them dropped', async () => {
    writeTwoFiles(consumer, `sqlite:///${join(folder, 'shelf.db')}`, 'with the plugin')
    writeAnotherModel(consumer)
    expect(await run()).toEqual(['is new', 'is new'])
    expect(tables()).toEqual([])
  })

  test('belong to one worker each, so that files which run at the same time see nothing of each other', async () => {
    writeParallelFiles(consumer, `sqlite:///${join(folder, 'shelf.db')}`)
    await run()
    expect(readdirSync(folder).filter((name) => /^shelf\.db\.worker-\d$/.test(name))).toHaveLength(2)
  })

  test('are made and dropped by each file where the plugin is not used', async () => {
    writeTwoFiles(consumer, `sqlite:///${join(folder, 'shelf.db')}`, 'without')
    expect(await run()).toEqual(['is new', 'is new'])
    expect(tables()).toEqual([])
  })
})

test('a run whose tables cannot be dropped says so, and still clears its folder', async () => {
  const folder = makeRunFolder()
  const note = { made: [{ name: 'default', settings: { provider: 'sqlite', databaseUri: 'sqlite:////nowhere/shelf.db' }, clusters: [] }] }
  await writeFile(join(folder, 'place.json'), JSON.stringify(note))
  expect(await endRun(folder)).toEqual([expect.objectContaining({ code: 'CANNOT_OPEN' })])
  expect(existsSync(folder)).toBe(false)
})
