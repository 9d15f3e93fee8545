import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../src/ports/criteria.ts'
import { EVENT_OUTBOX } from '../../src/unit-of-work/event-outbox.ts'
import { separateEventsTests } from '../support/separate-events.ts'
import { countingDomain } from './counting-domain.ts'

const CHILD = `${import.meta.dirname}/separate-event-store-child.ts`
const memory = { provider: 'memory' }
const sqlite = { databaseUri: 'sqlite:///:memory:' }

describe.each([
  ['memory', memory, memory],
  ['memory beside SQLite', sqlite, memory],
  ['SQLite beside SQLite', sqlite, sqlite],
])('an event store of its own: %s', (_name, database, eventStore) => separateEventsTests(async () => ({ database, eventStore })))

describe('W4: a process that is killed between the commit and the event store', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'protean-separate-'))
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  const run = (fate: string, at: number) =>
    new Promise<string | null>((resolve) => {
      const child = execFile(process.execPath, ['--conditions=proteanjs-source', CHILD, folder, fate, String(at)], () =>
        resolve(child.signalCode),
      )
    })

  test.each([
    ['before', 1],
    ['after', 1],
    ['before', 3],
    ['after', 3],
  ])('%s append %i: the next start has every event of what was committed, once and in order', async (fate, at) => {
    expect(await run(fate, at)).toBe('SIGKILL')
    const { domain, Counter } = countingDomain({
      databases: { default: { databaseUri: `sqlite:///${folder}/rows.db` } },
      eventStore: { databaseUri: `sqlite:///${folder}/events.db` },
    })
    await domain.init({ traverse: false })
    try {
      expect(await domain.repositoryFor(Counter).get('c')).toMatchObject({ count: at })
      const { messages } = await domain.eventStore.readCategory('counting::counter', { limit: 100 })
      expect(messages.map(({ metadata }) => metadata.domain.sequenceId)).toEqual(Array.from({ length: at }, (_, version) => `${version}.1`))
      expect(await domain.providers.get('default')?.database.count(EVENT_OUTBOX, EVERYTHING)).toBe(0)
    } finally {
      await domain.close()
    }
  })
})
