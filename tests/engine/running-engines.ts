import type { Domain, EngineOptions } from 'proteanjs'
import { Engine } from 'proteanjs'
import { expect } from 'vitest'
import type { ManualTimers } from '../../src/testing/manual-timers.ts'
import { turn } from '../../src/util/runtime/turn.ts'
import { makeTimedLedger } from '../support/ledger.ts'

/** A ledger with engines that run in the background, in time that the test drives. */
export function makeRunningLedger() {
  const ledger = makeTimedLedger()
  return { ...ledger, ...runEngines(ledger.domain, ledger.timers) }
}

/** Starts engines of a domain, lets them work and time pass, and stops them. */
export function runEngines(domain: Domain, timers: ManualTimers) {
  const running: { readonly engine: Engine; readonly ended: Promise<void> }[] = []
  let alive = 0
  const start = (options: EngineOptions = {}, seen = domain) => {
    const engine = new Engine(seen, { random: { next: () => 0 }, ...options })
    alive += 1
    const ended = engine.run().finally(() => {
      alive -= 1
    })
    running.push({ engine, ended })
    return engine
  }
  /** Lets what is under way go on, without time passing. */
  const eventually = (look: () => unknown, timeout = 3000) =>
    expect.poll(
      async () => {
        await turn()
        return await look()
      },
      { interval: 5, timeout },
    )
  /** Lets time pass, in steps, so that what waits for real input or output gets there too. */
  const pass = async (ms: number, stepMs = 500) => {
    for (let left = ms; left > 0; left -= stepMs) {
      await timers.advance(Math.min(stepMs, left))
      await settle()
      // A beat that is under way ends in a sleep; one engine has one.
      await expect.poll(() => timers.sleeping, { interval: 1 }).toBeGreaterThanOrEqual(alive)
    }
  }
  const stopAll = async () => {
    for (const { engine, ended } of running.splice(0)) {
      await engine.stop()
      await ended
    }
  }
  return { start, eventually, pass, stopAll }
}

/** Some turns of the event loop: enough for a local server to answer a statement or two. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn()
}

/** A promise that the test resolves. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open }
}
