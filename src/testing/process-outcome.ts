import type { Domain } from '../domain/domain.ts'
import { internalsOf } from '../domain/internals.ts'
import { IncorrectUsageError } from '../errors.ts'
import type { BoundHandler } from '../handlers/handler-group.ts'
import { readMessage } from '../handlers/message-reader.ts'
import type { ProcessStepRecord } from '../handlers/process-history.ts'
import type { ProcessManager } from '../handlers/process-manager.ts'
import { scheduleOwner } from '../handlers/process-schedule.ts'
import { scheduledBy } from '../handlers/schedule.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { CommandMessage, EventMessage } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import { domainOf, scopeOf } from './element-domain.ts'
import { CommandLog } from './event-log.ts'
import { happened } from './event-sequence.ts'
import type { WithMembersOf } from './forward-members.ts'
import { forwardMembers } from './forward-members.ts'

/** What became of a process, with its own fields to be read: `transfer.ended`, `transfer.commands`, `transfer.status`. */
export type ProcessManagerResult<P extends ProcessManager> = WithMembersOf<ProcessOutcome<P>, P>

/** A command or event that a process has scheduled and not cancelled. */
export interface ScheduledMessage {
  readonly message: CommandMessage | EventMessage
  readonly dueAt: Date
  readonly key: string | undefined
}

interface Facts<P> {
  readonly process: P | undefined
  readonly commands: CommandLog
  readonly scheduled: readonly ScheduledMessage[]
  readonly history: readonly ProcessStepRecord[]
}

export class ProcessOutcome<P extends ProcessManager> {
  readonly #facts: Facts<P>

  private constructor(facts: Facts<P>) {
    this.#facts = facts
  }

  static of<P extends ProcessManager>({ name, cls }: ElementDefinition, facts: Facts<P>): ProcessManagerResult<P> {
    return forwardMembers<ProcessOutcome<P>, P>(new ProcessOutcome(facts), {
      cls,
      current: () => facts.process,
      missing: (member) =>
        new IncorrectUsageError(`${name}.${member} was read, but none of the events has started a ${name}.`, { code: 'GIVEN_NO_PROCESS' }),
    })
  }

  get started(): boolean {
    return this.#facts.process !== undefined
  }

  /** Whether it was started and is over. */
  get ended(): boolean {
    return this.#facts.process?._ended === true
  }

  /** The process as it is stored; undefined when no event has started one. */
  get process(): P | undefined {
    return this.#facts.process
  }

  /** What it has submitted, in order. None of it was processed, but for what it asked for with `{ asynchronous: false }`. */
  get commands(): CommandLog {
    return this.#facts.commands
  }

  /** What it has scheduled and not cancelled, the next first. */
  get scheduled(): readonly ScheduledMessage[] {
    return this.#facts.scheduled
  }

  /** The events that it has handled, each with the state that it left. */
  get history(): readonly ProcessStepRecord[] {
    return this.#facts.history
  }
}

/** Lets the process manager, and nobody else, handle the events one after the other; then looks at the process that the first of them belongs to. */
export async function processGiven<P extends ProcessManager>(
  definition: ElementDefinition,
  events: readonly EventMessage[],
): Promise<ProcessManagerResult<P>> {
  const domain = domainOf(definition)
  const { runtime, handlers, registry } = internalsOf(domain)
  const database = runtime.databaseFor(definition)
  const correlationId = scopeOf(definition).newIdentity().replaceAll('-', '')
  const commands: CommandMessage[] = []
  const step = { database, collect: (command: object) => void commands.push(command as CommandMessage) }
  let id: string | undefined
  for (const [index, event] of events.entries()) {
    const handler = handlerOf(definition, event, (one) => handlers.ofEvent(one, ''))
    id ??= handler.processOf?.(event)
    const message = happened(domain, definition, event, index, correlationId)
    await runInUnitOfWork(runtime, () => handler.run(event, message), { message, priority: undefined, step })
  }
  const cls = definition.cls as Constructor<ProcessManager>
  const scheduled = id === undefined ? [] : await scheduledBy(database, scheduleOwner(definition, id))
  return ProcessOutcome.of<P>(definition, {
    process: id === undefined ? undefined : ((await domain.viewFor(cls).find(id)) as P | undefined),
    commands: new CommandLog(commands),
    scheduled: scheduled.map(({ message, dueAt, key }) => ({
      message: readMessage(message, (type) => registry.ofType(type)) as CommandMessage | EventMessage,
      dueAt,
      key,
    })),
    history: await historyOf(domain, cls, id),
  })
}

async function historyOf(domain: Domain, cls: Constructor<ProcessManager>, id: string | undefined): Promise<readonly ProcessStepRecord[]> {
  return id === undefined ? [] : domain.processHistory(cls, id)
}

function handlerOf(
  { name, cls }: ElementDefinition,
  event: EventMessage,
  handlersOf: (event: ElementDefinition) => readonly BoundHandler[],
): BoundHandler {
  const definition = definitionOfInstance(event)
  const found = definition && handlersOf(definition).find(({ group }) => group.process?.cls === cls)
  if (found !== undefined) return found
  throw new IncorrectUsageError(`given(${name}, …) takes events that ${name} handles, not ${definition?.name ?? String(event)}.`, {
    code: 'GIVEN_NOT_HANDLED',
  })
}
