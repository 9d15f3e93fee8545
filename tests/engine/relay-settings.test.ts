import { DatabaseError } from 'proteanjs'
import { expect, test } from 'vitest'
import { internalsOf } from '../../src/domain/internals.ts'
import { relaysOf } from '../../src/engine/relays.ts'
import { subscriptionPlans } from '../../src/engine/subscription-plan.ts'
import type { Broker } from '../../src/ports/broker.ts'
import { makeStreamingLedger } from './streams.ts'

type Ledger = ReturnType<typeof makeStreamingLedger>
type Retry = Partial<Ledger['domain']['config']['outbox']['retry']>

/** Seconds that the relay waits after each of so many attempts in a row. The greatest chance takes away the whole share that is left to it. */
async function delays(retry: Retry, attempts: number, chance: number): Promise<readonly number[]> {
  const ledger = makeStreamingLedger()
  const { domain, clock, timers, enter, broker } = ledger
  Object.assign(domain.config.outbox.retry, retry)
  await domain.init()
  const target = broker() as { publish: Broker['publish'] }
  target.publish = () => Promise.reject(new DatabaseError('The broker is away.', { code: 'CONNECTION_FAILED', retryable: true }))
  await enter('a', 1)
  const inside = internalsOf(domain)
  const ignored = () => undefined
  const context = { inside, clock, timers, random: { next: () => chance }, testMode: false, report: ignored, trace: ignored }
  const [relay] = relaysOf(context, subscriptionPlans(inside))
  if (relay === undefined) throw new Error('there is no relay')
  const hold = {
    token: 1,
    isValid: true,
    wasAbandoned: false,
    saved: undefined,
    save: async () => true,
    wake: ignored,
    fence: () => async () => true,
  }
  await relay.start(hold)
  const waits: number[] = []
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await relay.pass()
    const due = relay.nextDue as Date
    waits.push((due.getTime() - clock.now().getTime()) / 1000)
    clock.set(due)
  }
  await relay.stop()
  return waits
}

test('a broker that is away is asked after the delays that are configured: base, multiplier and maximum (R1.13)', async () => {
  const retry = { baseDelaySeconds: 2, backoffMultiplier: 3, maxBackoffSeconds: 10, jitter: false }
  expect(await delays(retry, 5, 1)).toEqual([2, 6, 10, 10, 10])
})

test('and sooner by chance, as far as jitter says (R1.13)', async () => {
  const retry = { baseDelaySeconds: 4, backoffMultiplier: 1, maxBackoffSeconds: 10, jitter: true, jitterFactor: 0.5 }
  expect(await delays(retry, 2, 0)).toEqual([4, 4])
  expect(await delays(retry, 2, 1)).toEqual([2, 2])
})
