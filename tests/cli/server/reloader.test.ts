import { ManualTimers } from 'proteanjs/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { Reloader } from '../../../src/cli/server/reloader.ts'
import { turn } from '../../../src/util/runtime/turn.ts'
import { fakeWorkers, memoryLogger } from './fake-workers.ts'

let timers: ManualTimers
let workers: ReturnType<typeof fakeWorkers>
let log: ReturnType<typeof memoryLogger>
let change: (path: string) => void
let isWatching: boolean

beforeEach(() => {
  timers = new ManualTimers()
  workers = fakeWorkers()
  log = memoryLogger()
  isWatching = false
})

function reloader(): Reloader {
  const watch = (changed: (path: string) => void) => {
    change = changed
    isWatching = true
    return () => {
      isWatching = false
    }
  }
  return new Reloader({ start: workers.start, watch, timers, logger: log.logger, endLimitMs: 10_000 })
}

describe('a reloader', () => {
  test('starts its worker anew, once, when files change', async () => {
    const reloading = reloader()
    const running = reloading.run()
    change('src/order.ts')
    await timers.advance(50)
    change('src/domain.ts')
    await timers.advance(50)
    expect(workers.started.map(({ signals }) => signals)).toEqual([['SIGTERM'], []])
    expect(log.lines).toMatchObject([{ text: 'Changed: src/domain.ts, src/order.ts. The worker is started anew.' }])
    reloading.stop()
    expect(await running).toBe(0)
    expect(isWatching).toBe(false)
  })

  test('has one worker at a time: the old one is waited for, then killed', async () => {
    const reloading = reloader()
    const running = reloading.run()
    if (workers.started[0] !== undefined) workers.started[0].isStubborn = true
    change('src/order.ts')
    await timers.advance(10_000)
    expect(workers.started).toHaveLength(1)
    await timers.advance(200)
    expect(workers.started.map(({ signals }) => signals)).toEqual([['SIGTERM', 'SIGKILL'], []])
    reloading.stop()
    expect(await running).toBe(0)
  })

  test('waits for the next change when its worker ends by itself', async () => {
    const reloading = reloader()
    const running = reloading.run()
    workers.started[0]?.die(1)
    await timers.advance(3_600_000)
    expect(workers.started).toHaveLength(1)
    expect(log.lines).toMatchObject([{ level: 'warn', text: 'The worker ended with 1. It is started again when a source file changes.' }])
    expect(await reloading.readiness()).toMatchObject({ isReady: false, body: { checks: { restarting: true } } })
    change('src/order.ts')
    await timers.advance(100)
    expect(workers.started).toHaveLength(2)
    expect(await reloading.readiness()).toMatchObject({ isReady: true, body: { status: 'ok' } })
    reloading.stop()
    expect(await reloading.readiness()).toMatchObject({ isReady: false, body: { checks: { shutting_down: true } } })
    expect(await running).toBe(0)
  })

  test('ends with the exit code of its last worker', async () => {
    const reloading = reloader()
    const running = reloading.run()
    workers.started[0]?.die(1)
    await turn()
    reloading.stop()
    expect(await running).toBe(1)
  })

  test('sees what changes while the old worker ends', async () => {
    const reloading = reloader()
    const running = reloading.run()
    if (workers.started[0] !== undefined) workers.started[0].isStubborn = true
    change('src/order.ts')
    await timers.advance(200)
    change('src/domain.ts')
    workers.started[0]?.die(0)
    await timers.advance(100)
    // The new worker has read the file as it is.
    expect(workers.started).toHaveLength(2)
    reloading.kill()
    expect(await running).toBe(1)
  })
})
