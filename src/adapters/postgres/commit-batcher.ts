import type { ChangeSet, CommitReceipt } from '../../ports/change-set.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { batchable, touchedBy } from './batch-member.ts'
import type { BatchMember, BatchPlan } from './batch-plan.ts'
import { planBatch } from './batch-plan.ts'
import { BatchStatements } from './batch-statements.ts'
import { commit, DIVISION_BY_ZERO, outcomeUnknown } from './commit.ts'
import type { PostgresContext } from './context.ts'
import { driverCode, isConnectionLost, isRefusal, translated } from './errors.ts'
import { Gathering } from './gathering.ts'
import { staleAmong } from './stale-members.ts'

interface Waiting extends BatchMember {
  /** What it writes, once that has been asked. */
  touched: readonly string[] | undefined
  readonly resolve: (receipt: CommitReceipt) => void
  readonly reject: (error: unknown) => void
}

/** With more, each batch is smaller, and the same work takes the client and the server up to a third more processor time: bench/README.md. */
const LANES = 1
const MAX_MEMBERS = 128
/** How far it looks for members beyond those that have to wait for another one. */
const MAX_LOOKED_AT = 512

/**
 * Commits of different units of work, gathered while others are under way. Each member is stored or refused as it would be alone, with the same error.
 *
 * - Who waits: nobody while no commit is under way; then until that one has ended, or has been held up for too long (`Gathering`).
 * - Who does not: change sets that are large, that delete, or that need numbers from the store. They go by themselves, at once.
 * - What goes together: change sets that touch nothing in common, in one transaction, as if one had come after the other. The others wait for the next batch.
 * - Who fails: where the batch finds a row or stream at another version, a look at the versions shows whose; those go by themselves and are told so, the others
 *   go together again. Where the server refuses it for any other reason, a constraint or somebody's lock, nothing of it is stored, and all go by themselves.
 * - Who does not know: all members, when the connection breaks meanwhile.
 */
export class CommitBatcher {
  readonly #context: PostgresContext
  readonly #statements: BatchStatements
  readonly #gathering: Gathering<Waiting>

  constructor(context: PostgresContext, timers: Timers) {
    this.#context = context
    this.#statements = new BatchStatements(context.dialect)
    this.#gathering = new Gathering({ timers, lanes: LANES, take: takeDisjoint, send: (members) => this.#send(members) })
  }

  /** As `commit`, for a change set that `checkChanges` has let pass. */
  commit(changes: ChangeSet): Promise<CommitReceipt> {
    const targets = batchable(changes)
    if (targets === undefined) return commit(this.#context, changes)
    return new Promise((resolve, reject) => this.#gathering.add({ changes, targets, touched: undefined, resolve, reject }))
  }

  async #send(members: readonly Waiting[]): Promise<void> {
    const [first] = members
    if (first !== undefined && members.length === 1) return this.#alone(first)
    const error = await this.#together(members)
    if (error === undefined) return
    if (driverCode(error) !== DIVISION_BY_ZERO) return this.#oneByOne(members)
    const stale = await staleAmong(this.#context, members)
    const others = members.filter((member) => !stale.has(member))
    const again = stale.size === 0 || others.length < 2 ? this.#oneByOne(others) : this.#again(others)
    await Promise.all([this.#oneByOne([...stale]), again])
  }

  async #again(members: readonly Waiting[]): Promise<void> {
    if ((await this.#together(members)) !== undefined) await this.#oneByOne(members)
  }

  /** Gives the error when the batch was refused and nothing is stored; in any other case all members have been told. */
  async #together(members: readonly Waiting[]): Promise<unknown> {
    let plan: BatchPlan
    try {
      plan = planBatch(this.#context.rows, this.#statements, members)
    } catch (error) {
      // Somebody's change set cannot even be written down. Alone, it fails alone.
      return error
    }
    try {
      const positions = plan.positions(await this.#context.client.flush(plan.statements))
      this.#context.committed(members.flatMap(({ changes }) => changes.appends))
      for (const { targets, resolve } of members) {
        resolve({ generated: [], positions: new Map([...targets.keys()].map((stream) => [stream, positions.get(stream) ?? -1])) })
      }
      return undefined
    } catch (error) {
      if (isRefusal(error)) return error
      for (const { reject } of members)
        reject(isConnectionLost(error) ? outcomeUnknown(this.#context, error) : translated(error, this.#context.what))
      return undefined
    }
  }

  async #oneByOne(members: readonly Waiting[]): Promise<void> {
    await Promise.all(members.map((member) => this.#alone(member)))
  }

  #alone({ changes, resolve, reject }: Waiting): Promise<void> {
    return commit(this.#context, changes).then(resolve, reject)
  }
}

/** Those that have nothing in common with each other, nor with one that has to wait and came before. */
function takeDisjoint(waiting: Waiting[]): Waiting[] {
  if (waiting.length === 1) return waiting.splice(0)
  const taken: Waiting[] = []
  const left: Waiting[] = []
  const touched = new Set<string>()
  let at = 0
  for (; at < waiting.length && at < MAX_LOOKED_AT && taken.length < MAX_MEMBERS; at += 1) {
    const member = waiting[at] as Waiting
    member.touched ??= touchedBy(member.changes)
    ;(member.touched.some((one) => touched.has(one)) ? left : taken).push(member)
    for (const one of member.touched) touched.add(one)
  }
  waiting.splice(0, at, ...left)
  return taken
}
