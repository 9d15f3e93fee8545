import { DatabaseError, ExpectedVersionError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import { decodeMessage } from '../messaging/message-codec.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { Database } from '../ports/database.ts'
import type { Row } from '../ports/table.ts'
import { EVENT_OUTBOX } from '../unit-of-work/event-outbox.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts'
import { isTaken } from './idempotency.ts'
import type { Reading } from './message-reader.ts'
import { readMessage } from './message-reader.ts'
import type { CommandProcessing } from './process-command.ts'
import { isDuplicate, leaveToEngine, processMessage } from './process-command.ts'
import { withQuickRetry } from './quick-retry.ts'
import { reactTo } from './react.ts'
import { SCHEDULE_CLUSTER, SCHEDULE_TABLE } from './schedule.ts'

/** What sending a scheduled message needs beside the processing of commands. */
export interface Delivering extends CommandProcessing {
  ofType(type: string): Reading | undefined
}

/**
 * Sends one message that is due: into the log for an engine, or to its handlers at once, as was decided when it was scheduled. The row goes in the same
 * transaction, so that it is sent once, however many processes try. Gives whether it was this call that sent it. Throws what keeps it from being
 * sent, in which case it is still there, and `ReactionError` where it was sent and something that reacted to it failed.
 */
export async function deliverScheduled(here: Delivering, home: Database, row: Row): Promise<boolean> {
  const message = decodeMessage(row.message)
  const element = readMessage(message, (type) => here.ofType(type))
  const { aggregate } = definitionOfInstance(element) as ElementDefinition
  const target = here.runtime.databaseFor(aggregate as ElementDefinition)
  try {
    if (message.metadata.domain.asynchronous) await append(here, home, target, message)
    else if (message.kind === 'EVENT') await happen(here, home, element, message)
    else await carryOut(here, home, target, element, message)
    return true
  } catch (error) {
    if (error instanceof ExpectedVersionError && !(await isThere(home, message.id))) return false
    throw error
  }
}

async function append(here: Delivering, home: Database, target: Database, message: Message): Promise<void> {
  const { runtime } = here
  const isNew = message.kind === 'EVENT' || !(await isDuplicate(target, message))
  if (target === home) {
    await runInUnitOfWork(runtime, async (unitOfWork) => {
      remove(unitOfWork, home, message)
      if (isNew) leaveToEngine(runtime, unitOfWork, message, home)
    })
    return
  }
  await onceIn(async () => {
    if (isNew) await runInUnitOfWork(runtime, async (unitOfWork) => leaveToEngine(runtime, unitOfWork, message, target))
  })
  await runInUnitOfWork(runtime, async (unitOfWork) => remove(unitOfWork, home, message))
}

async function happen(here: Delivering, home: Database, event: object, message: Message): Promise<void> {
  await runInUnitOfWork(here.runtime, async (unitOfWork) => {
    remove(unitOfWork, home, message)
    unitOfWork.append(message, home)
  })
  await reactTo(here.runtime, here.handlers(), here.retry, event, message)
}

async function carryOut(here: Delivering, home: Database, target: Database, command: object, message: Message): Promise<void> {
  const { runtime, retry } = here
  if (target !== home) {
    await onceIn(() => processMessage(here, command, message, {}, `scheduled ${message.id}`))
    await runInUnitOfWork(runtime, async (unitOfWork) => remove(unitOfWork, home, message))
    return
  }
  let isFirst = true
  await withQuickRetry(runtime, retry, undefined, async () => {
    // A conflict may mean that the aggregate has changed, which is worth another try, or that somebody else has sent this.
    if (!isFirst && !(await isThere(home, message.id)))
      throw new ExpectedVersionError(`${SCHEDULE_TABLE.element} ${message.id}`, 0, undefined)
    isFirst = false
    await runInUnitOfWork(runtime, async (unitOfWork) => {
      remove(unitOfWork, home, message)
      await processMessage(here, command, message, {})
    })
  })
}

/** What another database has already, it got from an attempt whose process died before it could delete the row in this one. */
async function onceIn(send: () => Promise<unknown>): Promise<void> {
  try {
    await send()
  } catch (error) {
    const isInLog = error instanceof DatabaseError && error.code === 'DUPLICATE_MESSAGE'
    // On its way to an event store of its own.
    if (!isInLog && !isTaken(error, EVENT_OUTBOX)) throw error
  }
}

function remove(unitOfWork: UnitOfWork, home: Database, message: Message): void {
  unitOfWork.delete({ table: SCHEDULE_TABLE, id: message.id, expectedVersion: 0 }, home)
}

async function isThere(home: Database, id: string): Promise<boolean> {
  return (await home.load(SCHEDULE_CLUSTER, [id])).length > 0
}

/** Whether sending it again would fail in the same way: then it is kept, with the reason, and not tried any more. */
export function isLasting(error: unknown): boolean {
  return !(error instanceof Error && (error as { readonly retryable?: unknown }).retryable === true)
}
