import { IncorrectUsageError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOf } from '../model/definition.ts'
import type { CommandMessage } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import type { ScheduleOptions, ScheduleTime } from '../model/process-manager-base.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import { priorityOf } from './command-headers.ts'
import { typeOf } from './message-factory.ts'
import type { CommandProcessing, ProcessOptions, Submission } from './process-command.ts'
import { submissionOf } from './process-command.ts'
import { dueAt, schedule, unschedule } from './schedule.ts'

/** How a command that is due shall be processed, and what it is called until then. */
export type ScheduleCommandOptions = ScheduleOptions &
  Pick<ProcessOptions, 'asynchronous' | 'priority' | 'idempotencyKey' | 'correlationId'>

/** The message of a command that is to be processed later. It has no deadline: that would begin to run now. */
export function commandToSchedule(
  here: CommandProcessing,
  { command, aggregate, settings }: Submission,
  options: ScheduleCommandOptions,
): Message {
  return here.messages.commandMessage(command, aggregate, {
    ...options,
    asynchronous: options.asynchronous ?? settings.commandProcessing === 'async',
    priority: priorityOf(here.runtime, options),
  })
}

/** Has a command processed later, and gives the id of its message. Kept in the database of the command's aggregate; part of the unit of work that is open. */
export async function scheduleCommand(
  here: CommandProcessing,
  command: object,
  time: ScheduleTime,
  options: ScheduleCommandOptions,
): Promise<string> {
  const submission = submissionOf(here, command, {})
  const { definition, database } = submission
  const due = dueAt(here.runtime, time)
  const message = commandToSchedule(here, submission, options)
  const { key } = options
  const owner = ownerOf(definition)
  await runInUnitOfWork(here.runtime, async (unitOfWork) => {
    if (key !== undefined) await unschedule(unitOfWork, database, owner, [key])
    schedule(unitOfWork, database, { message, dueAt: due, owner, key })
  })
  return message.id
}

/** Cancels what is scheduled of a command under a key. Gives whether anything was. */
export async function unscheduleCommand(here: CommandProcessing, cls: Constructor<CommandMessage>, key: string): Promise<boolean> {
  const definition = definitionOf(cls)
  if (definition?.kind !== 'command' || !here.isOwn(definition))
    throw new IncorrectUsageError('unschedule() takes the class of a command of this domain, and the key.', { code: 'NOT_A_COMMAND' })
  const database = here.runtime.databaseFor(definition.aggregate as ElementDefinition)
  return runInUnitOfWork(here.runtime, async (unitOfWork) => (await unschedule(unitOfWork, database, ownerOf(definition), [key])) > 0)
}

function ownerOf(definition: ElementDefinition): string {
  return `command|${typeOf(definition)}`
}
