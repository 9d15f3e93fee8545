import { expect, test } from 'vitest'
import { MemoryCache } from '../../../src/adapters/memory/cache.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { inserting } from '../../../src/testing/conformance/rows.ts'
import { sample, samples } from '../../../src/testing/conformance/schemas.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { inlineBroker, memoryDatabase } from '../support/memory-harness.ts'

const data = { list: [1, { deep: ['x'] }], member: { deeper: { deepest: [] } }, ['__proto__']: { own: true } }

/** Paths of everything within a value that could be changed. Dates can always be, so they are compared by identity. */
function changeable(value: unknown, path = 'it'): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Date) return []
  const inside = Object.entries(value).flatMap(([key, member]) => changeable(member, `${path}.${key}`))
  return Object.isFrozen(value) ? inside : [path, ...inside]
}

test('rows are frozen through and through, with dates of their own', async () => {
  const { database } = memoryDatabase()
  await database.open()
  const moment = new Date(0)
  await database.commit(inserting(samples.table, sample('s1', { moment, data })))
  const select = async () => (await database.select({ cluster: samples, where: EVERYTHING, orderBy: [] })).rows[0]?.row
  const [loaded] = await database.load(samples, ['s1'])
  const transaction = await database.begin()
  await transaction.apply(inserting(samples.table, sample('s2', { moment, data })))
  const rows = [loaded?.row, await select(), ...(await transaction.load(samples, ['s1', 's2'])).map(({ row }) => row)]
  expect(rows.map((row) => changeable(row))).toEqual([[], [], [], []])
  expect(new Set([moment, ...rows.map((row) => row?.moment)]).size).toBe(rows.length + 1)
})

test('messages are frozen through and through, with dates of their own', async () => {
  const { database } = memoryDatabase()
  await database.open()
  const message = new MessageMaker().message('order-1', { data })
  await database.commit({ ...NO_CHANGES, appends: [{ stream: 'order-1', category: 'order', messages: [message] }] })
  const [read, again] = [await database.events.find(message.id), await database.events.lastMessage('order-1')]
  expect(changeable(read?.data)).toEqual([])
  expect(changeable(read?.metadata.domain)).toEqual([])
  expect(changeable(read?.metadata.extensions)).toEqual([])
  expect(read?.data).toBe(again?.data)
  expect(new Set([message.time, read?.time, again?.time]).size).toBe(3)
  expect(read?.metadata).not.toBe(again?.metadata)
  expect(read?.metadata.headers).not.toBe(again?.metadata.headers)
})

test('payloads and cached values are frozen through and through', async () => {
  const { broker } = inlineBroker()
  await broker.open()
  await broker.publish('orders', [data])
  const [delivery] = await broker.read({ stream: 'orders', group: 'mailer', consumer: 'one', count: 1 })
  expect(changeable(delivery?.payload)).toEqual([])
  const cache = new MemoryCache({ name: 'test', clock: new ManualClock() })
  await cache.open()
  await cache.set('a', data)
  expect(changeable(await cache.get('a'))).toEqual([])
})

test('a member named __proto__ is data like any other', async () => {
  const { database } = memoryDatabase()
  await database.open()
  await database.commit(inserting(samples.table, sample('s1', { data: JSON.parse('{"__proto__": {"own": true}}') })))
  const [loaded] = await database.load(samples, ['s1'])
  expect(Object.keys(loaded?.row.data ?? {})).toEqual(['__proto__'])
  expect(({} as { own?: unknown }).own).toBeUndefined()
})
