import { ManualTimers } from 'proteanjs/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { Supervisor } from '../../../src/cli/server/supervisor.ts'
import { turn } from '../../../src/util/runtime/turn.ts'
import { fakeWorkers, HEALTHY, memoryLogger } from './fake-workers.ts'

const END_LIMIT_MS = 40_000

let timers: ManualTimers
let workers: ReturnType<typeof fakeWorkers>
let log: ReturnType<typeof memoryLogger>

beforeEach(() => {
  timers = new ManualTimers()
  workers = fakeWorkers()
  log = memoryLogger()
})

function supervisor(count: number): Supervisor {
  const { clock } = timers
  return new Supervisor(count, { start: workers.start, clock, timers, logger: log.logger, endLimitMs: END_LIMIT_MS })
}

/** Lets the worker that was started last die, and gives how many milliseconds pass until there is another. */
async function pauseAfterDeath(): Promise<number> {
  const before = workers.started.length
  workers.started.at(-1)?.die(1)
  for (let waited = 0; ; waited += 100) {
    await timers.advance(waited === 0 ? 0 : 100)
    if (workers.started.length > before) return waited
    if (waited > 100_000) throw new Error('none was started')
  }
}

describe('a supervisor', () => {
  test('starts so many workers, asks all of them to end, and ends with 0', async () => {
    const three = supervisor(3)
    const running = three.run()
    expect(workers.started.map(({ number }) => number)).toEqual([1, 2, 3])
    three.stop()
    expect(await running).toBe(0)
    expect(workers.started.map(({ signals }) => signals)).toEqual([['SIGTERM'], ['SIGTERM'], ['SIGTERM']])
  })

  test('starts a dead worker again, and leaves the others alone (R3.33)', async () => {
    const two = supervisor(2)
    const running = two.run()
    workers.started[0]?.die(1)
    await timers.advance(500)
    expect(workers.started.map(({ number }) => number)).toEqual([1, 2, 1])
    expect(workers.started[1]?.signals).toEqual([])
    expect(log.lines).toMatchObject([
      { level: 'warn', text: 'Worker 1 ended with 1. It is started again in 0.5 s.', fields: { number: 1, workerPid: 1000 } },
    ])
    two.stop()
    expect(await running).toBe(0)
  })

  test('waits longer and longer for one that keeps dying, half a minute at most, and says so', async () => {
    const one = supervisor(1)
    const running = one.run()
    const pauses: number[] = []
    for (let deaths = 0; deaths < 9; deaths += 1) pauses.push(await pauseAfterDeath())
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    expect(log.lines.map(({ level }) => level)).toEqual([...Array(4).fill('warn'), ...Array(5).fill('error')])
    expect(log.lines.at(-1)?.text).toMatch(/for ever, though this was the 9th time in a row/)
    one.stop()
    expect(await running).toBe(0)
  })

  test('forgets earlier deaths of one that has lived for a minute', async () => {
    const one = supervisor(1)
    const running = one.run()
    for (let deaths = 0; deaths < 3; deaths += 1) await pauseAfterDeath()
    await timers.advance(59_999)
    expect(await pauseAfterDeath()).toBe(4000)
    await timers.advance(60_000)
    expect(await pauseAfterDeath()).toBe(500)
    one.stop()
    await running
  })

  test('starts one again that has ended with 0 without being asked to', async () => {
    const one = supervisor(1)
    const running = one.run()
    workers.started[0]?.die(0)
    await timers.advance(500)
    expect(workers.started).toHaveLength(2)
    one.stop()
    await running
  })

  test('kills who has not ended in time, and ends with 1', async () => {
    const two = supervisor(2)
    const running = two.run()
    for (const worker of workers.started.slice(1)) worker.isStubborn = true
    two.stop()
    await timers.advance(END_LIMIT_MS - 1)
    expect(workers.started[1]?.signals).toEqual(['SIGTERM'])
    await timers.advance(1)
    expect(workers.started[1]?.signals).toEqual(['SIGTERM', 'SIGKILL'])
    expect(await running).toBe(1)
  })

  test('ends with 1 when a worker could not finish what it had in hand', async () => {
    const one = supervisor(1)
    const running = one.run()
    const [worker] = workers.started
    if (worker !== undefined) worker.isStubborn = true
    one.stop()
    await turn()
    worker?.die(1)
    expect(await running).toBe(1)
    expect(timers.sleeping).toBe(0)
  })

  test('starts none any more while it stops, though one was due', async () => {
    const one = supervisor(1)
    const running = one.run()
    workers.started[0]?.die(1)
    await timers.advance(100)
    one.stop()
    expect(await running).toBe(0)
    await timers.advance(60_000)
    expect(workers.started).toHaveLength(1)
  })

  test('kills all of them at once when it is told to', async () => {
    const two = supervisor(2)
    const running = two.run()
    for (const worker of workers.started) worker.isStubborn = true
    two.stop()
    await turn()
    two.kill()
    expect(await running).toBe(1)
    expect(workers.started.map(({ signals }) => signals)).toEqual([
      ['SIGTERM', 'SIGKILL'],
      ['SIGTERM', 'SIGKILL'],
    ])
  })
})

describe('the readiness of a supervisor', () => {
  test('is that of all its workers, and only one of them is asked how far subscriptions are (R3.34)', async () => {
    const two = supervisor(2)
    const running = two.run()
    const { isReady, body } = await two.readiness()
    expect(isReady).toBe(true)
    expect(body).toMatchObject({
      status: 'ok',
      processes: [
        { number: 1, state: 'running' },
        { number: 2, state: 'running' },
      ],
    })
    expect(workers.started.map(({ asked }) => asked)).toEqual([[true], [false]])
    two.stop()
    await running
  })

  test.each([
    ['does not answer', undefined, 'not answering'],
    ['cannot reach a database', { ...HEALTHY, adapters: { ...HEALTHY.adapters, providers: { default: 'timeout' } } }, 'running'],
    ['has a subscription that cannot start', { ...HEALTHY, failing: ['Bookings'] }, 'running'],
    ['stops on its own', { ...HEALTHY, stopping: true }, 'not answering'],
  ] as const)('is degraded while one of them %s', async (_, answer, state) => {
    const two = supervisor(2)
    const running = two.run()
    if (workers.started[1] !== undefined) workers.started[1].answer = answer as typeof HEALTHY | undefined
    expect(await two.readiness()).toMatchObject({ isReady: false, body: { status: 'degraded', processes: [{}, { number: 2, state }] } })
    two.stop()
    await running
  })

  test('is degraded while a worker waits to be started again', async () => {
    const one = supervisor(1)
    const running = one.run()
    workers.started[0]?.die(1)
    await timers.advance(100)
    expect(await one.readiness()).toMatchObject({ isReady: false, body: { processes: [{ pid: null, state: 'restarting' }] } })
    await timers.advance(400)
    expect(await one.readiness()).toMatchObject({ isReady: true, body: { processes: [{ pid: 1001, restarts: 1 }] } })
    one.stop()
    await running
  })

  test('says that it is shutting down from the moment on that it is asked to (R3.35)', async () => {
    const one = supervisor(1)
    const running = one.run()
    one.stop()
    expect(await one.readiness()).toEqual({ isReady: false, body: { status: 'unavailable', checks: { shutting_down: true } } })
    await running
  })
})
