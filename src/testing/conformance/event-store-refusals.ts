import assert from 'node:assert/strict'
import { ValidationError } from '../../errors.ts'
import { Message } from '../../messaging/message.ts'
import { refused } from './assertions.ts'
import type { EventStoreSuite } from './event-store-suite.ts'
import { appending, MessageMaker } from './messages.ts'

export function eventStoreRefusalConformance({ describe, test }: EventStoreSuite): void {
  describe('G9: what some store could not keep, all refuse', () => {
    const made = new MessageMaker().message('order-1')
    const { metadata } = made
    const unstorable: readonly (readonly [what: string, path: string, stream: string, message: Message])[] = [
      ['in the data', 'data.list[0]', 'order-1', new Message({ list: ['\0'] }, metadata)],
      ['in a number of the data', 'data.amount', 'order-1', new Message({ amount: Number.NaN }, metadata)],
      [
        'in the metadata',
        'metadata.domain.correlationId',
        'order-1',
        new Message({}, { ...metadata, domain: { ...metadata.domain, correlationId: '\ud83d' } }),
      ],
      ['in the extensions', 'metadata.extensions.who', 'order-1', new Message({}, { ...metadata, extensions: { who: '\0' } })],
      ['in the name of the stream', 'name', 'order-\0', made],
    ]
    for (const [what, path, stream, message] of unstorable) {
      test(`${what}, with its path, and all that was to be appended with it`, async (events) => {
        const other = new MessageMaker().append('payment-1')
        const error = await refused(events.append([other, appending(stream, [message])]), 'INVALID_VALUE')
        assert.ok(error instanceof ValidationError)
        assert.deepEqual(Object.keys(error.messages), [path])
        assert.equal(await events.lastMessage('payment-1'), undefined)
      })
    }
  })

  describe('an append names its stream’s category', () => {
    test('and is refused with another', async (events) => {
      const append = { ...new MessageMaker().append('order-1'), category: 'payment' }
      await refused(events.append([append]), 'CATEGORY_MISMATCH')
      assert.equal(await events.lastMessage('order-1'), undefined)
    })
  })

  describe('what no message can have is looked for in vain', () => {
    test('by every way to look', async (events) => {
      await events.append([new MessageMaker().append('order-1')])
      assert.equal(await events.find('\0'), undefined)
      assert.deepEqual(await events.correlated('\ud83d'), [])
      assert.equal(await events.lastMessage('order-\0'), undefined)
      assert.deepEqual(await events.readStream('order-\0', { limit: 10 }), [])
      assert.deepEqual(await events.readCategory('\0', { limit: 10 }), { messages: [], cursor: undefined })
      assert.equal(await events.head('\0'), undefined)
      assert.deepEqual(await events.streamIds('\0'), [])
    })
  })
}
