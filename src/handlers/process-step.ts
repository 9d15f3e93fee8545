/**
 * One step of a process: an event reaches the process that it belongs to. It runs in a unit of work, whoever opened that: the reactions of this process, an
 * engine together with its checkpoint, or a test. In that one transaction go the state with its version, the note that this event is handled, the commands
 * that are left to an engine, and what is scheduled; commands that are handled at once run when it is committed, each in a unit of work of its own.
 */
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Tracked } from '../model/entity-state.ts'
import { identityOf, stateOf } from '../model/entity-state.ts'
import type { ScheduleOrder } from '../model/process-manager-base.ts'
import { ENDED, ProcessManagerBase } from '../model/process-manager-base.ts'
import type { Database } from '../ports/database.ts'
import { frameOf, runInFrame } from '../unit-of-work/current.ts'
import { Repository } from '../unit-of-work/repository.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts'
import type { DeclaredCorrelation, ProcessAddress } from './correlation.ts'
import { addressOf } from './correlation.ts'
import type { CommandProcessing } from './process-command.ts'
import { PROCESS_STEP_CLUSTER, PROCESS_STEP_TABLE, stepId, stepRow } from './process-history.ts'
import { placeOrders } from './process-schedule.ts'

/** A handler of a process manager, as `init()` has found it in order. */
export interface Reaction {
  readonly definition: ElementDefinition
  /** Fields that must have a value at the end of every step. */
  readonly required: readonly string[]
  readonly correlate: DeclaredCorrelation
  readonly start?: boolean
  readonly end?: boolean
  readonly handle: (process: object, event: object, message: Message) => unknown
}

type Process = Tracked & ProcessManagerBase & { [ENDED]: boolean }

/** Lets a process take the step that an event makes it take, if any: none when there is no such process, when it is over, or when it has taken it before. */
export function takeStep(here: CommandProcessing, reaction: Reaction, event: object, message: Message): Promise<void> {
  const { runtime } = here
  const { definition } = reaction
  const address = addressOf(reaction.correlate, definition.identifier as string, event)
  if (address === undefined) return Promise.resolve()
  return runInUnitOfWork(runtime, async (unitOfWork) => {
    const database = runtime.databaseFor(definition)
    const reads = unitOfWork.pointReads(database)
    const [found, [done]] = await Promise.all([
      new Repository<object>(() => runtime, definition).find(address.id),
      reads.load(PROCESS_STEP_CLUSTER, [stepId(definition.name, address.id, message.id)]),
    ])
    if (done !== undefined || (found === undefined && reaction.start !== true)) return
    const process = (found as Process | undefined) ?? begin(definition, address)
    if (process[ENDED]) return
    const orders = await advance(runtime, reaction, process, event, message, database)
    if (orders.length > 0) await placeOrders(here, unitOfWork, database, { definition, id: address.id, isNew: found === undefined }, orders)
    note(runtime, unitOfWork, process, message, database)
  })
}

function begin(definition: ElementDefinition, { values }: ProcessAddress): Process {
  return definition.create(values) as Process
}

async function advance(
  runtime: Runtime,
  reaction: Reaction,
  process: Process,
  event: object,
  message: Message,
  database: Database,
): Promise<readonly ScheduleOrder[]> {
  const collect = frameOf(runtime.domain)?.step?.collect
  const takeOrders = ProcessManagerBase.takeOrders(process)
  let orders: readonly ScheduleOrder[]
  try {
    await runInFrame(runtime.domain, { step: { database, collect } }, async () => reaction.handle(process, event, message))
  } finally {
    orders = takeOrders()
  }
  if (reaction.end === true) process.end()
  const missing = reaction.required.filter((field) => (process as unknown as Record<string, unknown>)[field] === undefined)
  if (missing.length > 0) throw reaction.definition.invalid(missing.map((path) => ({ path, code: 'REQUIRED', message: 'is required' })))
  return orders
}

/** Has the state saved, even where it is what it was: two events of one process cannot both be the next. */
function note(runtime: Runtime, unitOfWork: UnitOfWork, process: Process, message: Message, database: Database): void {
  const state = stateOf(process)
  state.dirty = true
  unitOfWork.add(process)
  const record = {
    version: state.version + 1,
    messageId: message.id,
    messageType: message.type,
    state: process.toObject(),
    handledAt: runtime.clock.now(),
  }
  unitOfWork.insert(PROCESS_STEP_TABLE, stepRow(state.definition.name, identityOf(process) as string, record), database)
}
