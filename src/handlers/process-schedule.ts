import { IncorrectUsageError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { ScheduleOrder } from '../model/process-manager-base.ts'
import type { Database } from '../ports/database.ts'
import { frameOf } from '../unit-of-work/current.ts'
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts'
import type { CommandProcessing } from './process-command.ts'
import { submissionOf } from './process-command.ts'
import { dueAt, schedule, unschedule } from './schedule.ts'
import { commandToSchedule } from './schedule-command.ts'

/** Whose everything is that a process schedules. */
export function scheduleOwner(definition: ElementDefinition, instance: string): string {
  return `process|${definition.name}|${instance}`
}

/** Has what a process wants done later committed with its step. Of several orders under one key the last one counts. */
export async function placeOrders(
  here: CommandProcessing,
  unitOfWork: UnitOfWork,
  database: Database,
  process: { readonly definition: ElementDefinition; readonly id: string; readonly isNew: boolean },
  orders: readonly ScheduleOrder[],
): Promise<void> {
  const { runtime } = here
  const owner = scheduleOwner(process.definition, process.id)
  const lasting = orders.filter(({ key }, index) => key === undefined || !orders.slice(index + 1).some((later) => later.key === key))
  const keys = lasting.flatMap(({ key }) => key ?? [])
  // A process that begins has nothing to cancel, and most deadlines are set then: they cost no statement of their own.
  if (keys.length > 0 && !process.isNew) await unschedule(unitOfWork, database, owner, keys)
  for (const order of lasting) {
    if (order.message === undefined) continue
    const message = messageOf(here, process.definition, process.id, order.message)
    schedule(unitOfWork, database, { message, dueAt: dueAt(runtime, order.time), owner, key: order.key })
  }
}

function messageOf(here: CommandProcessing, processManager: ElementDefinition, id: string, element: object): Message {
  const definition = definitionOfInstance(element)
  if (definition?.kind === 'command') {
    const isInEngine = frameOf(here.runtime.domain)?.reactions?.isOpen !== true
    return commandToSchedule(here, submissionOf(here, element, {}), isInEngine ? { asynchronous: true } : {})
  }
  if (definition?.kind === 'event' && definition.aggregate === processManager)
    return here.messages.timedEventMessage(element, processManager, id)
  const { name } = processManager
  throw new IncorrectUsageError(
    `${name} schedules ${definition === undefined ? 'something that is no element' : definition.name}. Schedule a command, or an event declared with { partOf: '${name}' }.`,
    { code: 'NOT_SCHEDULABLE' },
  )
}
