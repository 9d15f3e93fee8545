import { isProteanError } from '../../../src/errors.ts'
import type { Message } from '../../../src/messaging/message.ts'
import type { ChangeSet, CommitReceipt } from '../../../src/ports/change-set.ts'
import type { Database, Transaction } from '../../../src/ports/database.ts'
import type { EventStore } from '../../../src/ports/event-store.ts'
import type { ClusterRow } from '../../../src/ports/table.ts'
import { conformanceClusters } from '../../../src/testing/conformance/index.ts'
import { readToEnd } from '../../../src/testing/conformance/log-follower.ts'
import { uuid } from '../../../src/testing/conformance/messages.ts'
import { contents } from '../../../src/testing/conformance/rows.ts'
import { STREAMS } from './change-arbitraries.ts'
import type { Operation, Step } from './operation-arbitraries.ts'

/** What came of an operation, in a form that is the same on every database. */
export type Outcome = { readonly result: unknown } | { readonly refusal: string }

/** `expected` is what memory gave, where that is known: messages may take a moment to show in the log, and are waited for. */
export async function perform(database: Database, operation: Operation, expected?: readonly Outcome[]): Promise<readonly Outcome[]> {
  const events = database.events as EventStore
  switch (operation.kind) {
    case 'transaction':
      return performTransaction(database, operation)
    case 'log':
      return [await outcome(async () => (await readToEnd(events, lengthOf(expected?.[0]), operation)).map(plainMessage))]
    case 'stream':
      return [await outcome(async () => (await events.readStream(operation.stream, operation)).map(plainMessage))]
    case 'messages':
      return [await outcome(() => everyMessage(events))]
    default:
      return [await outcome(() => performStep(database, operation, (changes) => database.commit(changes)))]
  }
}

/** Everything that a database holds: rows as they hang together, messages by stream. */
export async function everything(database: Database): Promise<unknown> {
  const events = database.events as EventStore
  const rows = await contents(database, conformanceClusters)
  const messages: unknown[] = []
  for (const stream of STREAMS) messages.push((await events.readStream(stream, { limit: 1000 })).map(plainMessage))
  return { rows: rows.map((table) => table.map(plainCluster)), messages }
}

function lengthOf(outcome: Outcome | undefined): number {
  return outcome !== undefined && 'result' in outcome && Array.isArray(outcome.result) ? outcome.result.length : 0
}

/** Every step's outcome up to the first that is refused, and that of the ending. */
async function performTransaction(
  database: Database,
  { steps, last, ending }: Extract<Operation, { readonly kind: 'transaction' }>,
): Promise<readonly Outcome[]> {
  const transaction = await database.begin()
  const outcomes: Outcome[] = []
  try {
    for (const step of steps) outcomes.push(await outcome(() => performStep(transaction, step, (changes) => transaction.apply(changes))))
    if (ending === 'commit') outcomes.push(await outcome(async () => plainReceipt(await transaction.commit(last))))
  } finally {
    await transaction.rollback()
  }
  return outcomes
}

async function performStep(
  target: Database | Transaction,
  step: Step,
  change: (changes: ChangeSet) => Promise<CommitReceipt>,
): Promise<unknown> {
  switch (step.kind) {
    case 'change':
      return plainReceipt(await change(step.changes))
    case 'select': {
      const { rows, total } = await target.select(step.selection)
      return { rows: rows.map(plainCluster), total }
    }
    case 'load':
      return (await target.load(step.cluster, step.ids)).map(plainCluster).sort(byText)
    case 'updateWhere':
      return target.updateWhere(step.table, step.where, step.values)
    default:
      return target[step.kind](step.table, step.where)
  }
}

async function outcome(action: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { result: await action() }
  } catch (error) {
    // A foreign error is no outcome but a fault.
    if (!isProteanError(error)) throw error
    return { refusal: error.code }
  }
}

async function everyMessage(events: EventStore): Promise<unknown> {
  const found: unknown[] = []
  for (const category of ['order', 'order:fact', 'payment']) found.push(await events.streamIds(category))
  for (const correlation of [uuid(900), uuid(901)]) found.push((await events.correlated(correlation)).map(plainMessage))
  for (let id = 0; id < 16; id += 1) {
    const message = await events.find(uuid(id))
    found.push(message === undefined ? undefined : plainMessage(message))
  }
  for (const stream of ['order-o1', 'order', 'none']) found.push((await events.lastMessage(stream))?.stored?.position)
  return found
}

function plainReceipt({ generated, positions }: CommitReceipt): unknown {
  return { generated: generated.map((one) => ({ ...one })), positions: Object.fromEntries(positions) }
}

function plainCluster({ row, children }: ClusterRow): unknown {
  return { row: { ...row }, children: children.map((list) => list.map(plainCluster)) }
}

function plainMessage({ data, metadata, stored }: Message): unknown {
  return { data, metadata, position: stored?.position }
}

function byText(left: unknown, right: unknown): number {
  const [a, b] = [JSON.stringify(left), JSON.stringify(right)]
  return a < b ? -1 : a > b ? 1 : 0
}
