import { WORKER_CLUSTER } from '../handlers/engine-tables.ts'
import type { Database } from '../ports/database.ts'
import type { Row } from '../ports/table.ts'
import type { JsonObject } from '../util/json.ts'
import type { Worker, WorkerProgress } from './worker.ts'
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
  /** Only of a subscription that is divided (`server.subscriptions.<name>.partitions`). */
  readonly parts?: readonly PartStatus[]
}

interface Placed {
  readonly worker: Worker
  /** Key of its row, and of the one that it has while the subscription is not divided as it should be. */
  readonly ids: readonly string[]
}

/** How far workers are, by what is stored, whichever engine works on them. The parts of a subscription are told together. */
export async function workerStatuses(workers: readonly Placed[], now: Date): Promise<readonly WorkerStatus[]> {
  const rows = await rowsOf(workers)
  const each = await Promise.all(workers.map(async (placed) => ({ placed, status: await statusOf(placed, rows, now) })))
  const byName = new Map<string, WorkerStatus[]>()
  for (const { placed, status } of each) {
    const name = placed.worker.part?.subscription ?? placed.worker.name
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

async function statusOf({ worker, ids }: Placed, rows: ReadonlyMap<Database, ReadonlyMap<string, Row>>, now: Date): Promise<WorkerStatus> {
  const found = ids.map((id) => rows.get(worker.home)?.get(id))
  const row = found.find((one) => one !== undefined && one.state !== RETIRED)
  const isHeld = typeof row?.owner === 'string' && (row.expires_at as Date) > now
  const state = row?.state === 'paused' ? 'paused' : isHeld ? 'running' : 'free'
  const progress = await worker.status((row?.saved ?? undefined) as JsonObject | undefined)
  return { name: worker.name, state, owner: isHeld ? (row.owner as string) : undefined, ...progress }
}

function together(name: string, parts: readonly WorkerStatus[]): WorkerStatus {
  const states = new Set(parts.map(({ state }) => state))
  const owners = new Set(parts.map(({ owner }) => owner))
  const ages = parts.flatMap(({ oldestMs }) => (oldestMs === undefined ? [] : [oldestMs]))
  const sum = (key: 'lag' | 'waitingStreams') => parts.reduce((total, part) => total + part[key], 0)
  return {
    name,
    state: states.has('running') ? 'running' : states.has('paused') ? 'paused' : 'free',
    owner: owners.size === 1 ? parts[0]?.owner : undefined,
    lag: sum('lag'),
    atLeast: parts.some(({ atLeast }) => atLeast),
    oldestMs: ages.length === 0 ? undefined : Math.max(...ages),
    waitingStreams: sum('waitingStreams'),
    // Of the subscription, and not of a part.
    deadLetters: parts[0]?.deadLetters ?? 0,
    parts: parts.map(({ name: _, deadLetters: __, parts: ___, ...part }, index) => ({ part: index + 1, ...part })),
  }
}
