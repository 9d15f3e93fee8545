import assert from 'node:assert/strict'
import type { EventStore } from '../../ports/event-store.ts'
import type { EventStoreSuite } from './event-store-suite.ts'
import { MessageMaker } from './messages.ts'

/** Collects what a listener is told, and lets a test wait until it has heard of certain categories. */
function hearing(events: EventStore) {
  const heard = new Set<string>()
  const waiting = new Set<() => void>()
  const stop = events.onAppend((categories) => {
    for (const category of categories) heard.add(category)
    for (const check of waiting) check()
  })
  const hears = (...categories: string[]) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!categories.every((category) => heard.has(category))) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  return { heard, hears, stop }
}

export function appendSignalConformance({ describe, test }: EventStoreSuite): void {
  describe('appends are signalled once they are committed', () => {
    test('with their categories, and the messages can be read by then', async (events) => {
      const make = new MessageMaker()
      const counts: Promise<number>[] = []
      const stop = events.onAppend(() => counts.push(events.readStream('order-1', { limit: 10 }).then(({ length }) => length)))
      const { heard, hears } = hearing(events)
      await events.append([make.append('order-1', 2), make.append('payment-1')])
      await hears('order', 'payment')
      assert.deepEqual([...heard].sort(), ['order', 'payment'])
      stop()
      assert.deepEqual([...new Set(await Promise.all(counts))], [2])
    })

    test('a refused append is not signalled', async (events) => {
      const make = new MessageMaker()
      const { heard, hears } = hearing(events)
      await events.append([make.append('order-1', 1, { expectedVersion: 5 })]).catch(() => undefined)
      await events.append([make.append('payment-1')])
      await hears('payment')
      assert.deepEqual([...heard], ['payment'])
    })

    test('who has stopped listening hears nothing more', async (events) => {
      const make = new MessageMaker()
      const [gone, there] = [hearing(events), hearing(events)]
      gone.stop()
      gone.stop()
      await events.append([make.append('order-1')])
      await there.hears('order')
      assert.deepEqual([...gone.heard], [])
    })

    test('a listener that throws disturbs neither the append nor other listeners', async (events) => {
      const make = new MessageMaker()
      const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
      events.onAppend(() => {
        throw new Error('thrown by a listener of the conformance suite, on purpose')
      })
      const { hears } = hearing(events)
      const receipt = await events.append([make.append('order-1')])
      assert.equal(receipt.positions.get('order-1'), 0)
      await hears('order')
      assert.match((await warned).message, /on purpose/)
    })
  })
}
