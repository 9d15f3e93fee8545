import { isProteanError } from '../../../src/errors.ts'
import { Message } from '../../../src/messaging/message.ts'
import type { ChangeSet } from '../../../src/ports/change-set.ts'
import type { Database } from '../../../src/ports/database.ts'
import { uuid } from '../../../src/testing/conformance/messages.ts'
import { changes as changeSet, together } from '../../../src/testing/conformance/rows.ts'
import type { Operation, Step } from './operation-arbitraries.ts'

const FIRST_FRESH_ID = 10_000

/** The change set that the n-th outcome of an operation is about, and the steps before it in the same transaction. */
export function changesBehind(
  operation: Operation,
  at: number,
): { readonly earlier: readonly Step[]; readonly changes: ChangeSet } | undefined {
  const steps = operation.kind === 'transaction' ? operation.steps : [operation as Step]
  const step = steps[at]
  if (step?.kind === 'change') return { earlier: steps.slice(0, at), changes: step.changes }
  return operation.kind === 'transaction' && at === steps.length ? { earlier: steps, changes: operation.last } : undefined
}

/** Every reason that there is to refuse a change set: the codes with which parts of it are refused. Which of them is given is left open. */
export async function reasonsToRefuse(database: Database, earlier: readonly Step[], changes: ChangeSet): Promise<ReadonlySet<string>> {
  const reasons = new Set<string>()
  for (const part of [...partsOf(changes), ...partsOf(withFreshIds(changes))]) {
    const transaction = await database.begin()
    for (const step of earlier) {
      if (step.kind === 'change') await transaction.apply(step.changes)
      else if (step.kind === 'updateWhere') await transaction.updateWhere(step.table, step.where, step.values)
      else if (step.kind === 'deleteWhere') await transaction.deleteWhere(step.table, step.where)
    }
    try {
      await transaction.apply(part)
    } catch (error) {
      if (isProteanError(error)) reasons.add(error.code)
    }
    await transaction.rollback()
  }
  return reasons
}

/** The same with message ids that are not taken, which hide no other reason. */
function withFreshIds(changes: ChangeSet): ChangeSet {
  let made = FIRST_FRESH_ID
  const fresh = ({ data, metadata }: Message): Message => {
    made += 1
    return new Message(data, { ...metadata, headers: { ...metadata.headers, id: uuid(made) } })
  }
  return { ...changes, appends: changes.appends.map((append) => ({ ...append, messages: append.messages.map(fresh) })) }
}

/** Every selection of its single changes, in their order. */
function partsOf({ deletes, updates, inserts, appends }: ChangeSet): readonly ChangeSet[] {
  const singles = [
    ...deletes.map((one) => changeSet({ deletes: [one] })),
    ...updates.map((one) => changeSet({ updates: [one] })),
    ...inserts.map((one) => changeSet({ inserts: [one] })),
    ...appends.map((one) => changeSet({ appends: [one] })),
  ]
  return Array.from({ length: 2 ** singles.length }, (_, chosen) => together(...singles.filter((_, at) => (chosen >> at) % 2 === 1)))
}
