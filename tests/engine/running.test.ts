import { DatabaseError, Engine } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/ports/database.ts'
import { gate, makeRunningLedger } from './running-engines.ts'

let ledger: ReturnType<typeof makeRunningLedger>

beforeEach(() => {
  ledger = makeRunningLedger()
})
afterEach(() => ledger.stopAll())

describe('a running engine', () => {
  test('handles what is appended, woken by it and not by the clock', async () => {
    const { domain, enter, balanceOf, start, eventually } = ledger
    await domain.init()
    start()
    await enter('a', 1)
    await eventually(() => balanceOf('a')).toEqual([1])
    await enter('a', 2)
    await eventually(() => balanceOf('a')).toEqual([1, 2])
  })

  test('tries a failed message again when its time has come', async () => {
    const { domain, hooks, enter, balanceOf, start, eventually, pass } = ledger
    let failures = 0
    hooks.booking = () => {
      failures += 1
      if (failures === 1) throw new Error('not yet')
    }
    await domain.init()
    start()
    await enter('a', 1)
    await eventually(() => failures).toBe(1)
    await pass(900)
    expect(failures).toBe(1)
    await eventually(async () => {
      await pass(100)
      return balanceOf('a')
    }).toEqual([1])
  })

  test.each([[[]], [[3]], [[3, 4]]])(
    'goes on with what has gathered, and what comes (%j), behind a message that had to wait',
    async (later) => {
      const { domain, hooks, enter, balanceOf, start, eventually, pass } = ledger
      let isBroken = true
      hooks.booking = () => {
        if (isBroken) throw new Error('not yet')
      }
      await domain.init()
      for (const amount of [1, 2]) await enter('a', amount)
      const engine = start()
      await eventually(() => engine.failures.length).toBe(1)
      for (const amount of later) await enter('a', amount)
      isBroken = false
      await eventually(async () => {
        await pass(100)
        return balanceOf('a')
      }).toEqual([1, 2, ...later])
      await enter('a', 9)
      await eventually(() => balanceOf('a')).toEqual([1, 2, ...later, 9])
    },
  )

  test('works on different streams at once, on one stream in order, and on no more than it may', async () => {
    const { domain, hooks, enter, start, eventually } = ledger
    domain.config.server.concurrency = 2
    const { passed, open } = gate()
    const begun: string[] = []
    hooks.booking = async ({ account, amount }) => {
      begun.push(`${account}${amount}`)
      await passed
    }
    await domain.init()
    for (const account of ['a', 'b', 'c']) for (const amount of [1, 2]) await enter(account, amount)
    start()
    await eventually(() => begun.length).toBe(2)
    expect(begun).toEqual(['a1', 'b1'])
    open()
    await eventually(() => begun.length).toBe(6)
    for (const account of ['a', 'b', 'c']) expect(begun.indexOf(`${account}1`)).toBeLessThan(begun.indexOf(`${account}2`))
  })

  test('is not held up in other streams by one handler that takes its time (R2.22)', async () => {
    const { domain, hooks, enter, balanceOf, start, eventually } = ledger
    const { passed, open } = gate()
    hooks.booking = ({ account }) => (account === 'slow' ? passed : undefined)
    await domain.init()
    start()
    await enter('slow', 1)
    for (const amount of [1, 2, 3]) await enter('b', amount)
    await eventually(() => balanceOf('b')).toEqual([1, 2, 3])
    expect(await balanceOf('slow')).toEqual([])
    open()
    await eventually(() => balanceOf('slow')).toEqual([1])
  })

  test('lets handlers finish when it is stopped, and begins no others', async () => {
    const { domain, hooks, enter, balanceOf, start, eventually } = ledger
    const { passed, open } = gate()
    let begun = 0
    hooks.booking = () => {
      begun += 1
      return passed
    }
    await domain.init()
    const engine = start()
    for (const amount of [1, 2]) await enter('a', amount)
    await eventually(() => begun).toBe(1)
    const stopped = engine.stop()
    open()
    await stopped
    expect(await balanceOf('a')).toEqual([1])
    expect(engine.exitCode).toBe(0)
    await ledger.work()
    expect(await balanceOf('a')).toEqual([1, 2])
  })

  test('does not wait for ever for a handler that does not end, and says so', async () => {
    const { domain, hooks, enter, start, eventually, timers } = ledger
    const { passed, open } = gate()
    let begun = 0
    hooks.booking = () => {
      begun += 1
      return passed
    }
    await domain.init()
    const engine = start()
    await enter('a', 1)
    await eventually(() => begun).toBe(1)
    let isStopped = false
    void engine.stop().then(() => {
      isStopped = true
    })
    await eventually(async () => {
      await timers.advance(1000)
      return isStopped
    }).toBe(true)
    expect(engine.exitCode).toBe(1)
    expect(engine.unfinished).toContain('Bookings')
    open()
  })

  test('asks its database little while there is nothing to do (R2.25)', async () => {
    const { domain, start, eventually, pass } = ledger
    await domain.init()
    const engine = start()
    await eventually(async () => (await engine.status()).every(({ state }) => state === 'running')).toBe(true)
    let statements = 0
    const database = domain.providers.get('default')?.database as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const target of [database, domain.eventStore as unknown as typeof database]) {
      for (const name of ['load', 'select', 'count', 'commit', 'updateWhere', 'begin', 'readCategory', 'readAll', 'readStream', 'head']) {
        const original = target[name]?.bind(target)
        if (original === undefined) continue
        target[name] = (...args) => {
          statements += 1
          return original(...args)
        }
      }
    }
    await pass(60_000)
    expect(statements).toBeGreaterThan(10)
    expect(statements / 60).toBeLessThan(1.4)
  })
})

describe('a subscription of which everything fails', () => {
  test('pauses after some failures, then tries one message, and goes on when that succeeds (R2.29)', async () => {
    const { domain, hooks, enter, start, eventually, pass, balanceOf } = ledger
    domain.config.server.concurrency = 1
    domain.config.server.subscriptions = {
      Bookings: { circuitBreakerThreshold: 3, circuitBreakerResetSeconds: 30, retryDelaySeconds: 40, retryMultiplier: 1 },
    }
    let calls = 0
    let isBroken = true
    hooks.booking = () => {
      calls += 1
      if (isBroken) throw new Error('everything is down')
    }
    await domain.init()
    const engine = start()
    const circuit: string[] = []
    engine.onTrace(({ event }) => void (event.startsWith('circuit') && circuit.push(event)))
    for (let index = 0; index < 10; index += 1) await enter(`a${index}`, 1)
    await eventually(() => circuit.length).toBe(1)
    await pass(29_000, 1000)
    expect(calls).toBe(3)
    await eventually(async () => {
      await pass(500)
      return calls
    }).toBe(4)
    isBroken = false
    await eventually(async () => {
      await pass(5000, 1000)
      return (await Promise.all([...Array(10).keys()].map((index) => balanceOf(`a${index}`)))).flat()
    }, 10_000).toHaveLength(10)
    const [opened, tried, closed] = ['circuit.opened', 'circuit.half_open', 'circuit.closed']
    expect(circuit).toEqual([opened, tried, opened, tried, closed])
  })

  test('pauses in the middle of what it has read, but for what is in hand at that moment (R2.29)', async () => {
    const { domain, hooks, enter, start, eventually, pass } = ledger
    domain.config.server.concurrency = 4
    domain.config.server.subscriptions = { Bookings: { circuitBreakerThreshold: 3, circuitBreakerResetSeconds: 30, maxRetries: 0 } }
    const { passed, open } = gate()
    let calls = 0
    hooks.booking = async () => {
      calls += 1
      await passed
      throw new Error('everything is down')
    }
    await domain.init()
    for (let index = 0; index < 50; index += 1) await enter(`a${index}`, 1)
    const engine = start()
    await eventually(() => calls).toBe(4)
    open()
    await eventually(() => engine.failures.length).toBeGreaterThanOrEqual(3)
    await pass(20_000, 1000)
    expect(calls).toBeGreaterThanOrEqual(3)
    expect(calls).toBeLessThan(3 + 4)
  })

  test('tries another when of the one that it tried nothing could be written down', async () => {
    const { domain, hooks, enter, start, eventually, pass, balanceOf } = ledger
    domain.config.server.concurrency = 1
    domain.config.server.subscriptions = { Bookings: { circuitBreakerThreshold: 2, circuitBreakerResetSeconds: 30, retryDelaySeconds: 1 } }
    let calls = 0
    let refused = 0
    hooks.booking = () => {
      calls += 1
      if (calls === 3) refused = 2
      if (calls <= 3) throw new Error('everything is down')
    }
    await domain.init()
    const database = domain.providers.get('default')?.database as Database
    const commit = database.commit.bind(database)
    database.commit = async (changes) => {
      refused -= 1
      if (refused >= 0) throw new DatabaseError('The server is away.')
      return await commit(changes)
    }
    start()
    for (let index = 0; index < 3; index += 1) await enter(`a${index}`, 1)
    await eventually(() => calls).toBe(2)
    await eventually(async () => {
      await pass(5000, 1000)
      return (await Promise.all([0, 1, 2].map((index) => balanceOf(`a${index}`)))).flat()
    }, 6000).toHaveLength(3)
  })
})

describe('a subscription that is paused', () => {
  test('stops, in every engine that there is or comes, and goes on where it was when it is resumed', async () => {
    const { domain, enter, balanceOf, start, eventually, work } = ledger
    await domain.init()
    const engine = start()
    await enter('a', 1)
    await eventually(() => balanceOf('a')).toEqual([1])
    await engine.pause('Bookings')
    await eventually(async () => (await engine.status()).find(({ name }) => name === 'Bookings')).toMatchObject({
      state: 'paused',
      owner: undefined,
    })
    await enter('a', 2)
    await work()
    expect(await balanceOf('a')).toEqual([1])
    expect((await engine.status()).find(({ name }) => name === 'Bookings')).toMatchObject({ state: 'paused', lag: 1 })
    await engine.resume('Bookings')
    await eventually(() => balanceOf('a')).toEqual([1, 2])
  })

  test('has to be there', async () => {
    await ledger.domain.init()
    const engine = new Engine(ledger.domain)
    await expect(engine.pause('Bokings')).rejects.toMatchObject({
      code: 'SUBSCRIPTION_UNKNOWN',
      message: expect.stringContaining('Did you mean Bookings?'),
    })
  })
})

test('status says how far each subscription is', async () => {
  const { domain, clock, hooks, enter, start, eventually } = ledger
  hooks.booking = ({ account }) => {
    if (account === 'bad') throw new Error('no')
  }
  await domain.init()
  await enter('bad', 1)
  await enter('good', 1)
  const before = new Engine(domain)
  clock.advance(4000)
  const lagOf = async (engine: Engine) => (await engine.status()).find(({ name }) => name === 'Bookings')
  expect(await lagOf(before)).toMatchObject({ state: 'free', lag: 2, atLeast: false, oldestMs: 4000, waitingStreams: 0, deadLetters: 0 })
  const engine = start()
  await eventually(() => lagOf(engine)).toMatchObject({ state: 'running', lag: 1, oldestMs: 4000, waitingStreams: 1 })
})
