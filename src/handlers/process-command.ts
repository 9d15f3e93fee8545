import { CommandExpiredError, IncorrectUsageError } from '../errors.ts'
import { formatInstant } from '../messaging/instant.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { Database } from '../ports/database.ts'
import type { FrameChanges, ProcessStep } from '../unit-of-work/current.ts'
import { frameOf } from '../unit-of-work/current.ts'
import { currentUnitOfWork, runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts'
import { derivedUuid } from '../util/derived-uuid.ts'
import { deadlineOf, priorityOf } from './command-headers.ts'
import type { BoundHandler } from './handler-group.ts'
import type { HandlerMap } from './handler-map.ts'
import { answerDuplicate, earlierResult, idempotencyId, lostToDuplicate, recordResult } from './idempotency.ts'
import type { IdempotencyGuard, Reservation } from './idempotency-guard.ts'
import type { MessageFactory } from './message-factory.ts'
import { typeOf } from './message-factory.ts'
import type { RetrySeams } from './quick-retry.ts'
import { withQuickRetry } from './quick-retry.ts'
import { schedule } from './schedule.ts'

export interface ProcessOptions {
  /** Handle it later, in an engine, or now. What is configured as `commandProcessing`, when left out. */
  readonly asynchronous?: boolean
  /** Any integer; see `Priority`. The surrounding message's, when left out. */
  readonly priority?: number
  /** Submissions of the same command with the same key have one effect; later ones get the first one's result. */
  readonly idempotencyKey?: string
  /** Throw `DuplicateCommandError` instead of giving the first submission's result. */
  readonly raiseOnDuplicate?: boolean
  readonly correlationId?: string
  /** Instant after which the command is no longer worth handling. */
  readonly deadline?: Date
  /** The same in seconds from now. */
  readonly timeout?: number
}

interface CommandSettings {
  readonly commandProcessing: 'sync' | 'async'
  /** In seconds. */
  readonly commandDefaultTimeout: number | undefined
}

export interface CommandProcessing {
  readonly runtime: Runtime
  readonly handlers: () => HandlerMap
  readonly messages: MessageFactory
  readonly retry: RetrySeams
  isOwn(definition: ElementDefinition): boolean
  newId(): string
  readonly settings: () => CommandSettings
  /** Undefined where no cache is configured for it. */
  readonly guard: () => IdempotencyGuard | undefined
}

/** Submits a command. Gives what its handler returns or, when it is left to an engine, the id of its message. */
export async function processCommand(here: CommandProcessing, command: object, options: ProcessOptions): Promise<unknown> {
  const submission = submissionOf(here, command, options)
  const step = options.asynchronous === false ? undefined : frameOf(here.runtime.domain)?.step
  if (step !== undefined && currentUnitOfWork(here.runtime) !== undefined) return await send(here, submission, step)
  return await carryOut(here, submission)
}

/** A command and what is known of it. Throws `IncorrectUsageError` for what is none of this domain's. */
export function submissionOf(here: CommandProcessing, command: object, options: ProcessOptions): Submission {
  const settings = here.settings()
  const definition = definitionOfInstance(command)
  if (definition?.kind !== 'command')
    throw new IncorrectUsageError('process() takes a command, an instance of a class made by domain.command().', { code: 'NOT_A_COMMAND' })
  if (!here.isOwn(definition)) {
    throw new IncorrectUsageError(`${definition.name} is a command of the domain ${definition.scope.domainName}. Process it there.`, {
      code: 'FOREIGN_COMMAND',
    })
  }
  const aggregate = definition.aggregate as ElementDefinition
  const database = here.runtime.databaseFor(aggregate)
  return { command, definition, aggregate, database, options, settings }
}

function carryOut(here: CommandProcessing, submission: Submission, sent?: Sent): Promise<unknown> {
  const { idempotencyKey } = submission.options
  return idempotencyKey === undefined ? submit(here, submission, undefined, sent) : carryOutOnce(here, submission, idempotencyKey, sent)
}

/** Submits a command, unless one with the same idempotency key was submitted before. */
async function carryOutOnce(here: CommandProcessing, submission: Submission, idempotencyKey: string, sent?: Sent): Promise<unknown> {
  const { definition, database, options } = submission
  const { raiseOnDuplicate = false } = options
  const id = idempotencyId(typeOf(definition), idempotencyKey)
  // Inside a unit of work nothing is committed before its end, and whoever waited for it here might be waited for there.
  const claim = currentUnitOfWork(here.runtime) === undefined ? await here.guard()?.claim(id) : undefined
  if (claim !== undefined && 'result' in claim) return answerDuplicate(idempotencyKey, claim, raiseOnDuplicate)
  try {
    const earlier = await earlierResult(database, id)
    if (earlier !== undefined) {
      await claim?.done(earlier.result)
      return answerDuplicate(idempotencyKey, earlier, raiseOnDuplicate)
    }
    return await submit(here, submission, { id, reservation: claim }, sent)
  } catch (error) {
    // If it was done, the key is no longer reserved but used, and stays so.
    await claim?.release()
    // A concurrent submission committed first; this one's effects were given up with its key.
    const winner = lostToDuplicate(error) ? await earlierResult(database, id) : undefined
    if (winner === undefined) throw error
    return answerDuplicate(idempotencyKey, winner, raiseOnDuplicate)
  }
}

export interface Submission {
  readonly command: object
  readonly definition: ElementDefinition
  readonly aggregate: ElementDefinition
  readonly database: Database
  readonly options: ProcessOptions
  readonly settings: CommandSettings
}

/** A command that a step of a process has sent: its message is made already, and what it leads to joins the reactions to the step's own event. */
interface Sent {
  readonly message: Message
  readonly changes: FrameChanges
  /** It may be sent again when its sender dies before it has noted that it was handled. */
  readonly isRepeatable?: boolean
}

/** The idempotency key of a submission, which is the first with it as far as anybody knows. */
interface Once {
  readonly id: string
  readonly reservation: Reservation | undefined
}

/** Whether the events of the command's aggregate go straight into a store that does not commit with the database. */
function commitsApart(runtime: Runtime, { aggregate }: Submission): boolean {
  return aggregate.isEventSourced && runtime.forwarder() !== undefined
}

function submit(here: CommandProcessing, submission: Submission, once: Once | undefined, sent?: Sent): Promise<unknown> {
  const { runtime } = here
  const { command, database, options, settings } = submission
  const handler = handlerOf(here, submission)
  const asynchronous = sent === undefined && (options.asynchronous ?? settings.commandProcessing === 'async')
  // Where the event store does not commit with the note that a command was handled, the command itself, which is stored with its events, is the note.
  const mayBeThere = sent?.isRepeatable === true && runtime.forwarder() !== undefined
  const isRepeatable = !asynchronous && (mayBeThere || (commitsApart(runtime, submission) && once !== undefined))
  const id = isRepeatable && once !== undefined ? derivedUuid(once.id) : undefined
  const message = sent?.message ?? messageFor(here, submission, asynchronous, id)
  if (asynchronous) {
    return runInUnitOfWork(runtime, async (unitOfWork) => {
      leaveToEngine(runtime, unitOfWork, message, database)
      noteWhenCommitted(unitOfWork, once, message.id)
      return message.id
    })
  }
  const { deadline } = message.metadata.headers
  if (deadline !== undefined && runtime.clock.now() > deadline) {
    throw new CommandExpiredError(`${submission.definition.name} expired at its deadline, ${formatInstant(deadline)}, and was not handled.`)
  }
  const changes = { message, priority: message.metadata.domain.priority, step: undefined, ...sent?.changes }
  const handle = async (unitOfWork: UnitOfWork) => {
    if (isRepeatable && (await runtime.eventStore().find(message.id)) !== undefined) return undefined
    unitOfWork.append(message, database)
    return await handler.run(command, message)
  }
  const handleOnce = async (unitOfWork: UnitOfWork, first: Once) => {
    const result = await handle(unitOfWork)
    recordResult(unitOfWork, database, first.id, result, runtime.clock.now())
    noteWhenCommitted(unitOfWork, first, result)
    return result
  }
  const body = once === undefined ? handle : (unitOfWork: UnitOfWork) => handleOnce(unitOfWork, once)
  return withQuickRetry(runtime, here.retry, deadline, () => runInUnitOfWork(runtime, body, changes))
}

/** Before anybody reacts to it: one who does may submit the same again. */
function noteWhenCommitted(unitOfWork: UnitOfWork, once: Once | undefined, result: unknown): void {
  const reservation = once?.reservation
  if (reservation !== undefined) unitOfWork.afterCommit(() => reservation.done(result))
}

/**
 * Submits a command on behalf of a process, whose step is still under way: with its commit, or not at all. It is never part of the step's own transaction:
 * it may fail by itself, and may change what is stored elsewhere. In the background it is left to an engine; at once, it is handled when the step is
 * committed and everything before it in the queue of reactions is done.
 */
async function send(here: CommandProcessing, submission: Submission, step: ProcessStep): Promise<string> {
  const { runtime } = here
  const { command, database, options, settings } = submission
  const handler = handlerOf(here, submission)
  const reactions = frameOf(runtime.domain)?.reactions
  const isHandledHere = reactions?.isOpen === true && (options.asynchronous ?? settings.commandProcessing === 'async') === false
  const message = messageFor(here, submission, !isHandledHere)
  const unitOfWork = currentUnitOfWork(runtime) as UnitOfWork
  if (step.collect !== undefined) step.collect(command)
  else if (isHandledHere) {
    const run = async () => {
      try {
        await carryOut(here, submission, { message, changes: { reactions } })
      } catch (error) {
        reactions.failures.push({ handler: handler.group.name, messageType: message.type, messageId: message.id, error })
      }
    }
    unitOfWork.afterCommit(async () => reactions.waiting.push(run))
  } else if (database !== step.database) {
    // Two databases do not commit together: it is handed on from this one to the other.
    schedule(unitOfWork, step.database, { message, dueAt: runtime.clock.now(), owner: undefined, key: undefined })
  } else if (!(await isDuplicate(database, message))) leaveToEngine(runtime, unitOfWork, message, database)
  return message.id
}

/**
 * Handles a command whose message was made earlier. `changes` are those of the frame that it is handled in. `onceUnder`: key under which the command's database is to
 * know that it was handled, where it has none of its own.
 */
export function processMessage(
  here: CommandProcessing,
  command: object,
  message: Message,
  changes: FrameChanges,
  onceUnder?: string,
): Promise<unknown> {
  const { idempotencyKey = onceUnder } = message.metadata.headers
  const submission = submissionOf(here, command, idempotencyKey === undefined ? {} : { idempotencyKey })
  return carryOut(here, submission, { message, changes, isRepeatable: true })
}

/** Stores the message of a command for an engine to find, with the note that its idempotency key is taken. */
export function leaveToEngine({ clock }: Runtime, unitOfWork: UnitOfWork, message: Message, database: Database): void {
  unitOfWork.append(message, database)
  const { idempotencyKey } = message.metadata.headers
  if (idempotencyKey === undefined) return
  recordResult(unitOfWork, database, idempotencyId(message.type, idempotencyKey), message.id, clock.now())
}

/** Whether a command with the message's idempotency key was submitted before. */
export async function isDuplicate(database: Database, { type, metadata }: Message): Promise<boolean> {
  const { idempotencyKey } = metadata.headers
  return idempotencyKey !== undefined && (await earlierResult(database, idempotencyId(type, idempotencyKey))) !== undefined
}

function handlerOf(here: CommandProcessing, { definition }: Submission): BoundHandler {
  const handler = here.handlers().ofCommand(definition)
  if (handler !== undefined) return handler
  throw new IncorrectUsageError(`No handler is declared for ${definition.name}. Add .handle(${definition.name}, …) to a command handler.`, {
    code: 'COMMAND_UNHANDLED',
  })
}

function messageFor(here: CommandProcessing, submission: Submission, asynchronous: boolean, id?: string): Message {
  const { runtime, messages } = here
  const { command, aggregate, options, settings } = submission
  const usual = (handlerOf(here, submission).group.options.timeout as number | undefined) ?? settings.commandDefaultTimeout
  const deadline = deadlineOf(runtime, usual, options)
  return messages.commandMessage(command, aggregate, { ...options, id, asynchronous, deadline, priority: priorityOf(runtime, options) })
}
