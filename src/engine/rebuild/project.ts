import type { DomainInternals } from '../../domain/internals.ts'
import { readMessage } from '../../handlers/message-reader.ts'
import type { Message } from '../../messaging/message.ts'
import { runInUnitOfWork } from '../../unit-of-work/run-in-unit-of-work.ts'
import { verify } from '../delivery.ts'
import { OUTSIDE } from '../outside.ts'
import type { RebuildPlan } from './rebuild-plan.ts'
import type { StagingDatabase } from './staging-database.ts'

/** Takes one event to the projectors, in a unit of work of its own, as live: what an event leaves unsaved, no other sees. When this throws, it has had no effect. */
export async function project(inside: DomainInternals, plan: RebuildPlan, staging: StagingDatabase, message: Message): Promise<void> {
  const { registry, runtime } = inside
  const type = registry.ofType(message.type)?.definition
  const handlers = type === undefined ? [] : plan.handlersOf(type, message)
  if (message.kind !== 'EVENT' || (type !== undefined && handlers.length === 0)) return
  verify(message)
  const standIn = { definition: plan.definition, mapping: plan.beside, database: staging }
  await runtime.withStandIn(standIn, () =>
    runInUnitOfWork(
      runtime,
      async () => {
        const event = readMessage(message, (name) => registry.ofType(name))
        for (const handler of handlers) await handler.run(event, message)
      },
      { ...OUTSIDE, standIn, message },
    ),
  )
}
