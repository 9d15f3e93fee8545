import assert from 'node:assert/strict'
import type { EventStore } from '../../ports/event-store.ts'
import { allDone, oneWins, retrying, times } from './assertions.ts'
import type { RecordedMessage } from './check-log.ts'
import { assertLog, recorded, recordedAppend } from './check-log.ts'
import type { EventStoreSuite } from './event-store-suite.ts'
import { LogFollower } from './log-follower.ts'
import { MessageMaker } from './messages.ts'

const CONTENDERS = 8
const ROUNDS = 5

/** Several writers at once, each appending in turn to streams that it shares with the others; gives what was appended. */
async function appendConcurrently(events: EventStore, writers: number, appends: number): Promise<readonly RecordedMessage[]> {
  const make = new MessageMaker()
  const written = await allDone(
    times(writers, async (writer) => {
      const recordings: RecordedMessage[] = []
      for (let turn = 0; turn < appends; turn += 1) {
        const streams = [`order-${(writer + turn) % 3}`, `payment-${(writer * turn) % 2}`]
        const all = streams.map((stream, at) => make.append(stream, 1 + ((writer + turn + at) % 3)))
        const { positions } = await events.append(all)
        for (const append of all) recordings.push(...recordedAppend(append, positions.get(append.stream)))
      }
      return recordings
    }),
  )
  return written.flat()
}

export function appendConcurrencyConformance({ describe, test }: EventStoreSuite): void {
  describe('G2: of concurrent appends to one version exactly one is stored', () => {
    test('whoever else tries', async (events) => {
      const make = new MessageMaker()
      for (let version = -1; version < ROUNDS - 1; version += 1) {
        const attempts = times(CONTENDERS, () => events.append([make.append('order-1', 1, { expectedVersion: version })]))
        await oneWins(attempts, 'EXPECTED_VERSION')
      }
      const stored = await events.readStream('order-1', { limit: 100 })
      assert.deepEqual(
        stored.map((message) => message.stored?.position),
        times(ROUNDS, (at) => at),
      )
    })

    test('those that read again and retry all get through', async (events) => {
      const make = new MessageMaker()
      const appendNext = async () => {
        const expectedVersion = (await events.lastMessage('order-1'))?.stored?.position ?? -1
        return events.append([make.append('order-1', 1, { expectedVersion })])
      }
      await allDone(times(CONTENDERS, () => retrying(appendNext, 'EXPECTED_VERSION')))
      assert.equal((await events.lastMessage('order-1'))?.stored?.position, CONTENDERS - 1)
    })

    test('of concurrent appends of one message exactly one is stored', async (events) => {
      const append = new MessageMaker().append('order-1')
      await oneWins(
        times(CONTENDERS, () => events.append([append])),
        'DUPLICATE_MESSAGE',
      )
      assert.equal((await events.readStream('order-1', { limit: 100 })).length, 1)
    })
  })

  describe('G3: readers skip nothing and see every stream in order while others append', () => {
    for (const category of [undefined, 'order']) {
      test(`in ${category === undefined ? 'everything' : 'a category'}`, async (events) => {
        const own = (all: readonly RecordedMessage[]) =>
          all.filter(({ stream }) => category === undefined || stream.startsWith(`${category}-`))
        let writing = true
        const written = appendConcurrently(events, 6, 12).finally(() => {
          writing = false
        })
        const followers = [1, 3, 50].map((pageSize) => new LogFollower(events, { category, pageSize }))
        const reading = followers.map(async (follower) => {
          while (writing) await follower.poll()
          const expected = own(await written).length
          await follower.until(() => expected)
        })
        await allDone<unknown>([written, ...reading])
        const appended = own(await written)
        for (const { messages } of followers) assertLog({ appended, read: messages.map(recorded) })
      })
    }
  })
}
