import { field, Message, rebuildProjection } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/util/json.ts'
import { TestDomain } from '../../support/test-domain.ts'

const domain = new TestDomain('old')

class Paid extends domain.event(
  'Paid',
  { account: field.identifier({ required: true }), cents: field.integer({ required: true }) },
  { partOf: 'Account', version: 2 },
) {}
domain.aggregate('Account', { account: field.identifier({ identifier: true }) })
class Total extends domain.projection('Total', {
  account: field.identifier({ identifier: true }),
  cents: field.integer({ default: 0 }),
}) {}
domain.upcaster(Paid, { from: 1, to: 2 }, ({ euros, ...rest }) => ({ ...rest, cents: Number(euros) * 100 }))
domain.projector('Totals', { projectorFor: Total }).on(Paid, async ({ account, cents }) => {
  const totals = domain.repositoryFor(Total)
  const total = (await totals.find(account)) ?? new Total({ account })
  total.cents += cents
  await totals.add(total)
})

beforeEach(() => domain.init())

/** A message as it lies in the log since long ago. */
async function append(id: string, type: string, data: JsonObject): Promise<void> {
  const stream = 'old::account-a'
  const message = new Message(data, {
    headers: { id, time: new Date('2026-01-02T03:04:05Z'), type, stream },
    envelope: { specversion: '1.0' },
    domain: { kind: 'EVENT', fqn: 'old.Paid', streamCategory: 'old::account', version: 1, asynchronous: true, priority: 0 },
    extensions: {},
  })
  await domain.eventStore.append([{ stream, category: 'old::account', messages: [message] }])
}

describe('events of long ago', () => {
  test('reach the projectors of a rebuild as they are today', async () => {
    await append('m1', 'Old.Paid.v1', { account: 'a', euros: 3 })
    await append('m2', 'Old.Paid.v2', { account: 'a', cents: 50 })
    await rebuildProjection(domain, Total)
    expect((await domain.repositoryFor(Total).get('a')).cents).toBe(350)
  })

  test('that cannot be read stop it, or are named', async () => {
    await append('m1', 'Old.Paid.v1', { account: 'a', euros: 'much' })
    await append('m2', 'Old.Paid.v2', { account: 'a', cents: 50 })
    await expect(rebuildProjection(domain, Total)).rejects.toMatchObject({
      code: 'REBUILD_STOPPED',
      cause: { code: 'MESSAGE_DATA_INVALID' },
    })
    expect(await rebuildProjection(domain, Total, { onError: 'skip' })).toMatchObject({ skipped: 1, skippedEvents: [{ messageId: 'm1' }] })
    expect((await domain.repositoryFor(Total).get('a')).cents).toBe(50)
  })
})
