import { partId } from '../division.ts'
import type { AdapterChecks, CheckResult } from './adapter-checks.ts'
import type { EngineHealth } from './engine-health.ts'
import type { SubscriptionRow } from './subscription-rows.ts'

/** What a probe is answered. */
export interface Readiness {
  readonly isReady: boolean
  readonly body: Readonly<Record<string, unknown>>
}

export const SHUTTING_DOWN: Readiness = { isReady: false, body: { status: 'unavailable', checks: { shutting_down: true } } }

const SEVERITY: Readonly<Record<CheckResult, number>> = { ok: 0, timeout: 1, unreachable: 2 }
const KINDS = ['providers', 'brokers', 'caches', 'event_store'] as const

/**
 * One answer for the engines of all processes that belong together: each check as the worst of them sees it. Ready is who can reach everything and has
 * no worker that fails. Lag, dead letters and open circuits are told and make nobody unready: they are about messages, and a restart would not help.
 */
export function readinessOf(engines: readonly EngineHealth[]): Readiness {
  if (engines.some(({ stopping }) => stopping)) return SHUTTING_DOWN
  const adapters = worst(engines.flatMap(({ adapters: checks }) => (checks === undefined ? [] : [checks])))
  const failing = [...new Set(engines.flatMap((engine) => engine.failing))].sort()
  const isReady = failing.length === 0 && KINDS.every((kind) => Object.values(adapters[kind]).every((result) => result === 'ok'))
  const { default: eventStore } = adapters.event_store
  return {
    isReady,
    body: {
      status: isReady ? 'ok' : 'degraded',
      checks: {
        ...adapters,
        event_store: eventStore,
        workers: Object.fromEntries(failing.map((name) => [name, 'failing'])),
        subscriptions: subscriptionsOf(engines),
      },
    },
  }
}

function worst(all: readonly AdapterChecks[]): AdapterChecks {
  const merged = (kind: (typeof KINDS)[number]) => {
    const results: Record<string, CheckResult> = {}
    for (const [name, result] of all.flatMap((checks) => Object.entries(checks[kind]))) {
      const before = results[name]
      if (before === undefined || SEVERITY[result] > SEVERITY[before]) results[name] = result
    }
    return results
  }
  return { providers: merged('providers'), brokers: merged('brokers'), caches: merged('caches'), event_store: merged('event_store') }
}

function subscriptionsOf(engines: readonly EngineHealth[]): Readonly<Record<string, unknown>> {
  const seen = engines.find(({ subscriptions }) => subscriptions !== undefined)?.subscriptions
  if (seen === undefined) return { collection_pending: true }
  const circuits = Object.assign({}, ...engines.map((engine) => engine.circuits)) as Readonly<Record<string, string>>
  const { rows, age_seconds, stale } = seen
  if (age_seconds === null) return { collection_pending: true }
  return {
    total: rows.length,
    ok: rows.filter(({ status }) => status === 'ok').length,
    lagging: rows.filter(({ status }) => status === 'lagging').length,
    unknown: rows.filter(({ status }) => status === 'unknown').length,
    age_seconds,
    stale,
    // What another machine works on, its own answers say.
    details: rows.map((row) => ({ ...row, circuit_state: circuitOf(row, circuits) })),
  }
}

/** Of a subscription in parts it is open where that of one of them is. */
function circuitOf({ name, parts }: SubscriptionRow, circuits: Readonly<Record<string, string>>): string {
  const states =
    parts === undefined ? [circuits[name]] : parts.map(({ part }) => circuits[partId(name, { index: part - 1, count: parts.length })])
  return states.includes('open') ? 'open' : (states.find((state) => state !== undefined) ?? 'unknown')
}
