import type { ClusterRow, ClusterSchema } from '../../ports/table.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { loadSteps } from '../sql/read-steps.ts'
import { idOf } from '../sql/row-values.ts'
import { inParallel, runStepsAsync } from '../sql/steps.ts'
import type { PostgresContext } from './context.ts'
import { isRefusal, translated } from './errors.ts'
import { Gathering } from './gathering.ts'

interface Waiting {
  readonly cluster: ClusterSchema
  /** As rows have them. */
  readonly ids: readonly string[]
  readonly resolve: (rows: readonly ClusterRow[]) => void
  readonly reject: (error: unknown) => void
}

interface Group {
  readonly cluster: ClusterSchema
  readonly members: Waiting[]
  readonly ids: Set<string>
}

/** While the rows of one batch become objects here, the server may work on the next. */
const LANES = 2
const MAX_MEMBERS = 128

/** Loads of different units of work, gathered while others are under way: one query for each table, whoever asks. When that fails, each asks for himself. */
export class LoadBatcher {
  readonly #context: PostgresContext
  readonly #gathering: Gathering<Waiting>

  constructor(context: PostgresContext, timers: Timers) {
    this.#context = context
    const take = (waiting: Waiting[]) => waiting.splice(0, MAX_MEMBERS)
    this.#gathering = new Gathering({ timers, lanes: LANES, take, send: (members) => this.#send(members) })
  }

  load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    return new Promise((resolve, reject) => this.#gathering.add({ cluster, ids, resolve, reject }))
  }

  async #send(members: readonly Waiting[]): Promise<void> {
    const [first] = members
    if (first !== undefined && members.length === 1) return this.#alone(first)
    try {
      await this.#together(members)
    } catch (error) {
      if (isRefusal(error)) await Promise.all(members.map((member) => this.#alone(member)))
      else for (const { reject } of members) reject(translated(error, this.#context.what))
    }
  }

  async #together(members: readonly Waiting[]): Promise<void> {
    const { client, dialect } = this.#context
    const groups = grouped(members)
    const steps = groups.map(({ cluster, ids }) => loadSteps(dialect, cluster, [...ids]))
    const results = await runStepsAsync(inParallel(steps), (statements) => client.flush(statements))
    for (const [at, { cluster, members: some }] of groups.entries()) {
      const byId = new Map((results[at] ?? []).map((found) => [idOf(cluster.table, found.row), found]))
      for (const { ids, resolve } of some) resolve([...new Set(ids)].flatMap((id) => byId.get(id) ?? []))
    }
  }

  async #alone({ cluster, ids, resolve, reject }: Waiting): Promise<void> {
    const { client, dialect, what } = this.#context
    try {
      resolve(await runStepsAsync(loadSteps(dialect, cluster, ids), (statements) => client.flush(statements)))
    } catch (error) {
      reject(translated(error, what))
    }
  }
}

/** By cluster. Where two want the same row, each gets it from the server for himself: they may do with it what they like. */
function grouped(members: readonly Waiting[]): readonly Group[] {
  const groups: Group[] = []
  for (const member of members) {
    const { cluster, ids } = member
    const group = groups.find((one) => one.cluster === cluster && !ids.some((id) => one.ids.has(id)))
    if (group === undefined) groups.push({ cluster, members: [member], ids: new Set(ids) })
    else {
      group.members.push(member)
      for (const id of ids) group.ids.add(id)
    }
  }
  return groups
}
