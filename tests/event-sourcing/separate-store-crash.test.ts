import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Engine } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sourcedCounter } from './sourced-counter.ts'

const CHILD = `${import.meta.dirname}/separate-store-child.ts`
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'protean-sourced-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Kills a process before or after an append. Gives the signal that ended it. */
const killed = (way: string, fate: string, at: number) =>
  new Promise<string | null>((resolve) => {
    const child = execFile(process.execPath, ['--conditions=proteanjs-source', CHILD, folder, fate, String(at), way], () =>
      resolve(child.signalCode),
    )
  })

async function afterwards(body: (counting: ReturnType<typeof sourcedCounter>) => Promise<void>): Promise<void> {
  const clock = { now: () => new Date(Date.now() + 3_600_000) }
  const stores = {
    databases: { default: { databaseUri: `sqlite:///${folder}/rows.db` } },
    eventStore: { databaseUri: `sqlite:///${folder}/events.db` },
  }
  // Later, so that the leases of the dead process are over.
  const counting = sourcedCounter(stores, { clock })
  await counting.domain.init({ traverse: false })
  try {
    await body(counting)
  } finally {
    await counting.domain.close()
  }
}

describe('a process is killed while it saves an event-sourced aggregate to an event store of its own', { timeout: 30_000 }, () => {
  test.each([
    ['before', 0],
    ['after', 1],
  ])('%s the append: its command and its events are %i times there', async (fate, times) => {
    expect(await killed('at once', fate, 1)).toBe('SIGKILL')
    await afterwards(async ({ domain, Counter }) => {
      expect((await domain.repositoryFor(Counter).find('c'))?.count ?? 0).toBe(times)
      const { messages } = await domain.eventStore.readAll({ limit: 10 })
      expect(messages.map(({ kind }) => kind)).toEqual(times === 0 ? [] : ['COMMAND', 'EVENT'])
    })
  })

  test.each(['before', 'after'])('%s the append: the command with the same idempotency key has one effect', async (fate) => {
    expect(await killed('with a key', fate, 1)).toBe('SIGKILL')
    await afterwards(async ({ domain, Counter, Increment }) => {
      for (const key of ['k', 'k', 'another'])
        await domain.process(new Increment({ id: 'c' }), { asynchronous: false, idempotencyKey: key })
      expect((await domain.repositoryFor(Counter).get('c')).count).toBe(2)
    })
  })

  // The first append brings the command, the second is what its handler saves, the third what the handler of its event saves.
  test.each([
    ['before', 2],
    ['after', 2],
    ['before', 3],
    ['after', 3],
  ])('%s append %i: the next engine goes on, and every message has one effect', async (fate, at) => {
    expect(await killed('in an engine', fate, at)).toBe('SIGKILL')
    await afterwards(async ({ domain, Counter, Echo }) => {
      await new Engine(domain, { testMode: true }).run()
      await new Engine(domain, { testMode: true }).run()
      expect(await domain.repositoryFor(Counter).get('c')).toMatchObject({ count: 1 })
      expect(await domain.repositoryFor(Echo).get('c')).toMatchObject({ count: 1 })
      const { messages } = await domain.eventStore.readAll({ limit: 10 })
      expect(messages.map(({ type }) => type)).toEqual(['Counting.Increment.v1', 'Counting.Counted.v1', 'Counting.Echoed.v1'])
    })
  })
})
