import assert from 'node:assert/strict'
import type { ProteanError } from '../../errors.ts'
import { isProteanError } from '../../errors.ts'

/** Asserts that it fails with an error of the framework that has this code, and gives that error. */
export async function refused(action: Promise<unknown>, code: string): Promise<ProteanError> {
  const [outcome] = await Promise.allSettled([action])
  assert.ok(outcome.status === 'rejected', `this should have been refused with ${code}, but it was done`)
  const error: unknown = outcome.reason
  if (!isProteanError(error)) assert.fail(`this should have been refused with ${code}, but a foreign error came out: ${String(error)}`)
  assert.equal(error.code, code, error.message)
  return error
}

/** Asserts that exactly one succeeds and the others are refused with this code. Gives the winner's place. */
export async function oneWins(actions: readonly Promise<unknown>[], code: string): Promise<number> {
  const outcomes = await Promise.allSettled(actions)
  const winners = outcomes.flatMap((outcome, at) => (outcome.status === 'fulfilled' ? [at] : []))
  assert.equal(winners.length, 1, `${winners.length} of ${actions.length} concurrent callers succeeded, exactly one should have`)
  for (const outcome of outcomes) if (outcome.status === 'rejected') await refused(Promise.reject(outcome.reason), code)
  return winners[0] ?? 0
}

/** Makes an attempt again and again while it is refused with this code, as a caller would who reads anew each time. */
export async function retrying(attempt: () => Promise<unknown>, code: string): Promise<void> {
  for (let attempts = 0; attempts < 200; attempts += 1) {
    const [outcome] = await Promise.allSettled([attempt()])
    if (outcome.status === 'fulfilled') return
    await refused(Promise.reject(outcome.reason), code)
  }
  assert.fail(`refused with ${code} two hundred times on end`)
}

/** Waits until all have ended, so that none is left running, and then fails as the first that failed. */
export async function allDone<Result>(actions: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(actions)
  return Promise.all(actions)
}

/** Asserts that every one of these operations fails because the adapter is not open. */
export async function allClosed(operations: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  for (const [name, operation] of Object.entries(operations)) {
    await refused(
      operation().then(() => assert.fail(`${name} worked although the adapter is not open`)),
      'NOT_OPEN',
    )
  }
}

/** Tries to change something handed out, which may be frozen: only what is stored matters. */
export function tamper(change: () => void): void {
  try {
    change()
  } catch (error) {
    assert.ok(error instanceof TypeError)
  }
}

/** What all numbers from 0 on are made into. */
export function times<Made>(count: number, make: (number: number) => Made): Made[] {
  return Array.from({ length: count }, (_, number) => make(number))
}
