import type { Infrastructure } from '../../domain/infrastructure.ts'
import type { Timers } from '../../util/runtime/timers.ts'

export type CheckResult = 'ok' | 'unreachable' | 'timeout'

/** What an engine needs, by name, as the body of a probe has it. */
export interface AdapterChecks {
  readonly providers: Readonly<Record<string, CheckResult>>
  readonly brokers: Readonly<Record<string, CheckResult>>
  readonly caches: Readonly<Record<string, CheckResult>>
  readonly event_store: Readonly<Record<string, CheckResult>>
}

interface Checkable {
  isAlive(): Promise<boolean>
}

/** Asks all adapters at once whether they answer. One that has not answered after `limitMs` milliseconds counts as one that does not. */
export async function checkAdapters(
  { databases, brokers, caches, eventStore }: Infrastructure,
  timers: Timers,
  limitMs: number,
): Promise<AdapterChecks> {
  const all = async (adapters: ReadonlyMap<string, Checkable>) => {
    const entries = [...adapters].map(async ([name, adapter]) => [name, await check(adapter, timers, limitMs)] as const)
    return Object.fromEntries(await Promise.all(entries))
  }
  const [providers, brokersAnswer, cachesAnswer, store] = await Promise.all([
    all(databases),
    all(brokers),
    all(caches),
    all(new Map([['default', eventStore]])),
  ])
  return { providers, brokers: brokersAnswer, caches: cachesAnswer, event_store: store }
}

async function check(adapter: Checkable, timers: Timers, limitMs: number): Promise<CheckResult> {
  const answered = new AbortController()
  const answer = adapter.isAlive().then(
    (isAlive): CheckResult => (isAlive ? 'ok' : 'unreachable'),
    (): CheckResult => 'unreachable',
  )
  const limit = timers.sleep(limitMs, answered.signal).then((): CheckResult => 'timeout')
  const result = await Promise.race([answer, limit])
  answered.abort()
  return result
}
