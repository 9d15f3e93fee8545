import { DuplicateCommandError, field } from 'proteanjs'
import { ManualTimers } from 'proteanjs/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Cache } from '../../src/ports/cache.ts'
import { TestDomain } from '../support/test-domain.ts'

let bank: ReturnType<typeof makeBank>
beforeEach(async () => {
  bank = makeBank()
  await bank.domain.init()
})
afterEach(() => bank.domain.close())

/** Payments by way of somebody outside, who is asked once for each run of the handler. */
function makeBank() {
  const timers = new ManualTimers()
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const domain = new TestDomain('bank', { clock: timers.clock, timers, logger })
  domain.config.idempotency.cache = 'default'
  domain.config.commandProcessing = 'sync'
  domain.config.eventProcessing = 'sync'
  const outside = vi.fn(async (amount: number) => `receipt for ${amount}`)

  class Paid extends domain.event('Paid', { amount: field.integer({ required: true }) }, { partOf: 'Payment' }) {}
  class Payment extends domain.aggregate('Payment', { amount: field.integer({ required: true }) }) {}
  class Pay extends domain.command('Pay', { amount: field.integer({ required: true }) }, { partOf: Payment, returns: field.string() }) {}
  domain.commandHandler('PaymentHandler', { partOf: Payment }).handle(Pay, async ({ amount }) => {
    const receipt = await outside(amount)
    const payment = new Payment({ amount })
    payment.raise(new Paid({ amount }))
    await domain.repositoryFor(Payment).add(payment)
    return receipt
  })
  return {
    domain,
    timers,
    logger,
    outside,
    Payment,
    Paid,
    Pay,
    pay: (raiseOnDuplicate = false) => domain.process(new Pay({ amount: 5 }), { idempotencyKey: 'k', raiseOnDuplicate }),
    payments: () => domain.repositoryFor(Payment).count(),
    cache: () => domain.caches.get('default') as Cache,
    /** Lets time pass until it is so. */
    eventually: (look: () => unknown) =>
      expect.poll(async () => {
        await timers.advance(250)
        return look()
      }),
  }
}

const KEY = 'idempotency:Bank.Pay.v1:k'
const DAY_MS = 86_400_000

describe('with a cache for idempotency keys', () => {
  test('of many submissions at once one is handled, and the others wait for its result', async () => {
    const { pay, outside, payments, eventually } = bank
    const results: unknown[] = []
    for (let submission = 0; submission < 8; submission += 1) void pay().then((result) => results.push(result))
    await eventually(() => results.length).toBe(8)
    expect(new Set(results)).toEqual(new Set(['receipt for 5']))
    expect(outside).toHaveBeenCalledTimes(1)
    expect(await payments()).toBe(1)
  })

  test('what succeeded is remembered for as long as is configured, without asking the database', async () => {
    const { domain, pay, outside, timers, cache } = bank
    await pay()
    await domain.providers.get('default')?.resetData()
    expect(await pay()).toBe('receipt for 5')
    await expect(pay(true)).rejects.toBeInstanceOf(DuplicateCommandError)
    expect(outside).toHaveBeenCalledTimes(1)
    expect(await cache().ttl(KEY)).toBe(DAY_MS)
    await timers.advance(DAY_MS)
    await pay()
    expect(outside).toHaveBeenCalledTimes(2)
  })

  test('what the cache has forgotten, the database has not', async () => {
    const { pay, outside, cache } = bank
    await pay()
    await cache().resetData()
    expect(await pay()).toBe('receipt for 5')
    expect(outside).toHaveBeenCalledTimes(1)
    expect(await cache().get(KEY)).toEqual({ result: 'receipt for 5' })
  })

  test('what failed frees the key at once: who waits is handled', async () => {
    const { pay, outside, payments, eventually, cache } = bank
    outside.mockRejectedValueOnce(new Error('no line'))
    const answers: unknown[] = []
    const first = expect(pay()).rejects.toThrow('no line')
    void pay().then((result) => answers.push(result))
    await first
    await eventually(() => answers).toEqual(['receipt for 5'])
    expect(outside).toHaveBeenCalledTimes(2)
    expect(await payments()).toBe(1)
    expect(await cache().get(KEY)).toEqual({ result: 'receipt for 5' })
  })

  test('a process that died with the key keeps others waiting for `error_ttl`, and not longer', async () => {
    const { pay, outside, cache, timers, eventually } = bank
    await cache().add(KEY, { runs: 'somebody who is no more' }, 60_000)
    const answers: unknown[] = []
    void pay().then((result) => answers.push(result))
    await timers.advance(59_000)
    expect(outside).not.toHaveBeenCalled()
    await eventually(() => answers).toEqual(['receipt for 5'])
  })

  test('a handler that outlives its reservation does not free that of the next one', async () => {
    const { pay, outside, cache, timers, payments } = bank
    outside.mockImplementationOnce(async () => {
      await timers.advance(60_000)
      await cache().add(KEY, { runs: 'the next one' }, 60_000)
      throw new Error('no line')
    })
    await expect(pay()).rejects.toThrow('no line')
    expect(await cache().get(KEY)).toEqual({ runs: 'the next one' })
    expect(await payments()).toBe(0)
  })

  test('effects happen once also while the cache is away, and it is said', async () => {
    const { pay, payments, cache, logger } = bank
    for (const operation of ['add', 'get', 'set', 'deleteIf'] as const) vi.spyOn(cache(), operation).mockRejectedValue(new Error('gone'))
    const results = await Promise.all([pay(), pay(), pay()])
    expect(results).toEqual(['receipt for 5', 'receipt for 5', 'receipt for 5'])
    expect(await payments()).toBe(1)
    expect(logger.warn).toHaveBeenCalledWith(
      expect.objectContaining({ event: 'idempotency.cache_unavailable', cache: 'default', error: new Error('gone') }),
      expect.stringContaining('The database alone sees to it'),
    )
  })

  test('who reacts to the effects may submit the same, and gets the result', async () => {
    const { domain, Payment, Paid, pay, outside } = bank
    const answers: unknown[] = []
    await domain.close()
    domain.eventHandler('Echo', { partOf: Payment }).handle(Paid, async () => void answers.push(await pay()))
    await domain.init()
    await pay()
    expect(answers).toEqual(['receipt for 5'])
    expect(outside).toHaveBeenCalledTimes(1)
  })

  test('a submission inside a unit of work reserves nothing, since it may come to nothing', async () => {
    const { domain, pay, payments, cache } = bank
    const failing = domain.unitOfWork(async () => {
      await pay()
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await cache().get(KEY)).toBeUndefined()
    await pay()
    expect(await payments()).toBe(1)
  })

  test('a command that is left to an engine is stored once, and all get its id', async () => {
    const { domain, Pay, eventually } = bank
    const ids: unknown[] = []
    for (let submission = 0; submission < 4; submission += 1) {
      void domain.process(new Pay({ amount: 5 }), { idempotencyKey: 'k', asynchronous: true }).then((id) => ids.push(id))
    }
    await eventually(() => ids.length).toBe(4)
    expect(new Set(ids).size).toBe(1)
    expect((await domain.eventStore.readAll({ limit: 10 })).messages.map(({ id }) => id)).toEqual([ids[0]])
  })
})
