import type { Settings } from '../domain/config/schema.ts'
import { WORKER_CLUSTER } from '../handlers/engine-tables.ts'
import type { Database } from '../ports/database.ts'
import type { Row } from '../ports/table.ts'
import type { JsonObject } from '../util/json.ts'
import { alertThreshold } from './upkeep/dead-letter-upkeep.ts'
import type { Worker, WorkerProgress } from './worker.ts'
import { commonName } from './worker.ts'
import { RETIRED } from './worker-row.ts'

/** One part of a subscription that is divided, counted from 1. */
export interface PartStatus extends Omit<WorkerProgress, 'deadLetters'> {
  readonly part: number
  readonly state: 'running' | 'paused' | 'free'
  readonly owner: string | undefined
}

export interface WorkerStatus extends WorkerProgress {
  readonly name: string
  /** `free`: no engine works on it at the moment; of a subscription in parts, on none of them. */
  readonly state: 'running' | 'paused' | 'free'
  /** The engine that holds it; of a subscription in parts, where one holds them all. */
  readonly owner: string | undefined
  /** As many messages are dead letters as `server.dlq` raises an alert at; false where that is not enabled. */
  readonly deadLetterAlert: boolean
  /** Only of a subscription that is divided (`server.subscriptions.<name>.partitions`). */
  readonly parts?: readonly PartStatus[]
}

interface Placed {
  readonly worker: Worker
  /** Key of its row, and of the one that it has while the subscription is not divided as it should be. */
  readonly ids: readonly string[]
}

/** How far workers are, by what is stored, whichever engine works on them. The parts of a subscription are told together. */
export async function workerStatuses(
  workers: readonly Placed[],
  now: Date,
  dlq: Settings['server']['dlq'],
): Promise<readonly WorkerStatus[]> {
  const rows = await rowsOf(workers)
  const each = await Promise.all(workers.map(async (placed) => ({ placed, status: await statusOf(placed, rows, now, dlq) })))
  const byName = new Map<string, WorkerStatus[]>()
  for (const { placed, status } of each) {
    const name = commonName(placed.worker)
    byName.set(name, [...(byName.get(name) ?? []), status])
  }
  return [...byName].map(([name, parts]) => (parts.length === 1 ? { ...(parts[0] as WorkerStatus), name } : together(name, parts)))
}

async function rowsOf(workers: readonly Placed[]): Promise<ReadonlyMap<Database, ReadonlyMap<string, Row>>> {
  const ids = new Map<Database, string[]>()
  for (const { worker, ids: own } of workers) ids.set(worker.home, [...(ids.get(worker.home) ?? []), ...own])
  const loaded = [...ids].map(async ([database, wanted]) => {
    const rows = await database.load(WORKER_CLUSTER, wanted)
    return [database, new Map(rows.map(({ row }) => [row.id as string, row]))] as const
  })
  return new Map(await Promise.all(loaded))
}

async function statusOf(
  { worker, ids }: Placed,
  rows: ReadonlyMap<Database, ReadonlyMap<string, Row>>,
  now: Date,
  dlq: Settings['server']['dlq'],
): Promise<WorkerStatus> {
  const found = ids.map((id) => rows.get(worker.home)?.get(id))
  const row = found.find((one) => one !== undefined && one.state !== RETIRED)
  const isHeld = typeof row?.owner === 'string' && (row.expires_at as Date) > now
  const state = row?.state === 'paused' ? 'paused' : isHeld ? 'running' : 'free'
  const progress = await worker.status((row?.saved ?? undefined) as JsonObject | undefined)
  const deadLetterAlert = dlq.enabled && progress.deadLetters >= alertThreshold(dlq, worker.deadLetters?.alertAt)
  return { name: worker.name, state, owner: isHeld ? (row.owner as string) : undefined, ...progress, deadLetterAlert }
}

function together(name: string, parts: readonly WorkerStatus[]): WorkerStatus {
  const states = new Set(parts.map(({ state }) => state))
  const owners = new Set(parts.map(({ owner }) => owner))
  const ages = parts.flatMap(({ oldestMs }) => (oldestMs === undefined ? [] : [oldestMs]))
  const unknown = parts.find(({ lag }) => lag === undefined)
  return {
    name,
    state: states.has('running') ? 'running' : states.has('paused') ? 'paused' : 'free',
    owner: owners.size === 1 ? parts[0]?.owner : undefined,
    lag: unknown === undefined ? parts.reduce((total, { lag = 0 }) => total + lag, 0) : undefined,
    atLeast: parts.some(({ atLeast }) => atLeast),
    oldestMs: ages.length === 0 ? undefined : Math.max(...ages),
    ...(unknown?.problem === undefined ? {} : { problem: unknown.problem }),
    waitingStreams: parts.reduce((total, { waitingStreams }) => total + waitingStreams, 0),
    // Of the subscription, and not of a part.
    deadLetters: parts[0]?.deadLetters ?? 0,
    deadLetterAlert: parts[0]?.deadLetterAlert === true,
    parts: parts.map(({ name: _, deadLetters: __, deadLetterAlert: ___, parts: ____, ...part }, index) => ({ part: index + 1, ...part })),
  }
}
