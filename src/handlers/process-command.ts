import { CommandExpiredError, IncorrectUsageError } from '../errors.ts'
import { formatInstant } from '../messaging/instant.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { Database } from '../ports/database.ts'
import { frameOf } from '../unit-of-work/current.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts'
import type { HandlerMap } from './handler-map.ts'
import { answerDuplicate, earlierResult, idempotencyId, lostToDuplicate, recordResult } from './idempotency.ts'
import type { MessageFactory } from './message-factory.ts'
import { typeOf } from './message-factory.ts'
import type { RetrySeams } from './version-retry.ts'
import { withVersionRetry } from './version-retry.ts'

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
  readonly settings: () => CommandSettings
}

/** Submits a command. Gives what its handler returns or, when it is left to an engine, the id of its message. */
export async function processCommand(here: CommandProcessing, command: object, options: ProcessOptions): Promise<unknown> {
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
  const { idempotencyKey, raiseOnDuplicate = false } = options
  const submission: Submission = { command, definition, aggregate, database, options, settings }
  if (idempotencyKey === undefined) return await submit(here, submission, undefined)
  const id = idempotencyId(typeOf(definition), idempotencyKey)
  const earlier = await earlierResult(database, id)
  if (earlier !== undefined) return answerDuplicate(idempotencyKey, earlier, raiseOnDuplicate)
  try {
    return await submit(here, submission, id)
  } catch (error) {
    // A concurrent submission committed first; this one's effects were given up with its key.
    const winner = lostToDuplicate(error) ? await earlierResult(database, id) : undefined
    if (winner === undefined) throw error
    return answerDuplicate(idempotencyKey, winner, raiseOnDuplicate)
  }
}

interface Submission {
  readonly command: object
  readonly definition: ElementDefinition
  readonly aggregate: ElementDefinition
  readonly database: Database
  readonly options: ProcessOptions
  readonly settings: CommandSettings
}

function submit(here: CommandProcessing, submission: Submission, idempotency: string | undefined): Promise<unknown> {
  const { runtime, messages } = here
  const { command, definition, aggregate, database, options, settings } = submission
  const asynchronous = options.asynchronous ?? settings.commandProcessing === 'async'
  const handler = here.handlers().ofCommand(definition)
  if (handler === undefined)
    throw new IncorrectUsageError(
      `No handler is declared for ${definition.name}. Add .handle(${definition.name}, …) to a command handler.`,
      { code: 'COMMAND_UNHANDLED' },
    )
  const deadline = deadlineOf(runtime, (handler.group.options.timeout as number | undefined) ?? settings.commandDefaultTimeout, options)
  const message = messages.commandMessage(command, aggregate, {
    ...options,
    asynchronous,
    deadline,
    priority: priorityOf(runtime, options),
  })
  if (asynchronous) {
    return runInUnitOfWork(runtime, async (unitOfWork) => {
      unitOfWork.append(message, database)
      if (idempotency !== undefined) recordResult(unitOfWork, database, idempotency, message.id, runtime.clock.now())
      return message.id
    })
  }
  if (deadline !== undefined && runtime.clock.now() > deadline) {
    throw new CommandExpiredError(`${definition.name} expired at its deadline, ${formatInstant(deadline)}, and was not handled.`)
  }
  const changes = { message, priority: message.metadata.domain.priority }
  const handle = (unitOfWork: UnitOfWork) => {
    unitOfWork.append(message, database)
    return handler.run(command, message)
  }
  const handleOnce = async (unitOfWork: UnitOfWork, id: string) => {
    const result = await handle(unitOfWork)
    recordResult(unitOfWork, database, id, result, runtime.clock.now())
    return result
  }
  const body = idempotency === undefined ? handle : (unitOfWork: UnitOfWork) => handleOnce(unitOfWork, idempotency)
  return withVersionRetry(runtime, here.retry, deadline, () => runInUnitOfWork(runtime, body, changes))
}

function priorityOf(runtime: Runtime, { priority }: ProcessOptions): number {
  if (priority !== undefined && !Number.isInteger(priority))
    throw new IncorrectUsageError(`A priority is an integer, such as Priority.HIGH, not ${String(priority)}.`)
  const frame = frameOf(runtime.domain)
  return priority ?? frame?.priority ?? frame?.message?.metadata.domain.priority ?? 0
}

/** Explicit, else that of the message being handled, else the handler's, else what is configured. */
function deadlineOf(runtime: Runtime, usual: number | undefined, { deadline, timeout }: ProcessOptions): Date | undefined {
  if (deadline !== undefined && timeout !== undefined) throw new IncorrectUsageError('Give either a deadline or a timeout, not both.')
  if (deadline !== undefined) {
    if (!(deadline instanceof Date) || Number.isNaN(deadline.getTime())) throw new IncorrectUsageError('A deadline is a valid Date.')
    return deadline
  }
  if (timeout !== undefined) return after(runtime, timeout)
  const inherited = frameOf(runtime.domain)?.message?.metadata.headers.deadline
  return inherited ?? (usual === undefined ? undefined : after(runtime, usual))
}

function after(runtime: Runtime, seconds: number): Date {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds))
    throw new IncorrectUsageError(`A timeout is a number of seconds, not ${String(seconds)}.`)
  return new Date(runtime.clock.now().getTime() + seconds * 1000)
}
