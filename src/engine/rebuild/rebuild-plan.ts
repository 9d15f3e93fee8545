import type { DomainInternals } from '../../domain/internals.ts'
import { IncorrectUsageError, NotSupportedError } from '../../errors.ts'
import type { BoundHandler } from '../../handlers/handler-group.ts'
import { checksumOf } from '../../messaging/checksum.ts'
import type { Message } from '../../messaging/message.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import { definitionOf } from '../../model/definition.ts'
import type { Constructor } from '../../model/element-ref.ts'
import type { Database } from '../../ports/database.ts'
import { mapBeside } from '../../unit-of-work/stand-ins.ts'
import type { TableMapping } from '../../unit-of-work/table-mapping.ts'
import type { JsonObject } from '../../util/json.ts'
import { LogSource } from '../message-source.ts'
import type { SubscriptionPlan } from '../subscription-plan.ts'
import { subscriptionPlans } from '../subscription-plan.ts'
import { workerId } from '../worker-row.ts'
import { LogPart } from './log-part.ts'

/** One projection with everything that fills it. */
export interface RebuildPlan {
  readonly definition: ElementDefinition
  readonly database: Database
  /** Key of the rebuild's row: domains may share a database. */
  readonly id: string
  readonly live: TableMapping
  /** The layout of the table that is built beside it. */
  readonly beside: TableMapping
  /** The subscriptions of its projectors, which go on while it is rebuilt. */
  readonly subscriptions: readonly { readonly id: string; readonly plan: SubscriptionPlan }[]
  readonly parts: readonly LogPart[]
  /** Changes with the table and with what its projectors handle. */
  readonly shape: string
  handlersOf(definition: ElementDefinition, message: Message): readonly BoundHandler[]
}

export function rebuildPlan(inside: DomainInternals, projection: Constructor | string): RebuildPlan {
  const { registry, runtime } = inside
  const projections = registry.ofKind('projection').filter(({ isAbstract }) => !isAbstract)
  const given = typeof projection === 'string' ? undefined : definitionOf(projection)
  const definition = projections.find((one) => (given === undefined ? one.name === projection : one === given))
  if (definition === undefined) {
    const names = projections.map(({ name }) => name).join(', ')
    const text = `${given?.name ?? String(projection)} is no projection of the domain ${registry.domainName}, which has ${names === '' ? 'none' : names}.`
    throw new IncorrectUsageError(text, { code: 'NOT_A_PROJECTION' })
  }
  if (definition.options.cache !== undefined) {
    const text = `${definition.name} is kept in a cache, where nothing can be built beside it. Store it in a database, or remove its keys and let its projectors fill it again.`
    throw new NotSupportedError(text, { code: 'REBUILD_OF_CACHE' })
  }
  const names = new Set(projectorsOf(inside, definition))
  const plans = subscriptionPlans(inside).filter(({ name, kind }) => kind === 'EVENT' && names.has(name))
  if (plans.length === 0) {
    const text = `Nothing fills ${definition.name}: it has no projector that handles events. Declare a domain.projector(…, { projectorFor: ${definition.name} }).`
    throw new IncorrectUsageError(text, { code: 'NO_PROJECTOR' })
  }
  const ofStream = plans.find(({ sources }) => sources.some((source) => !(source instanceof LogSource)))
  if (ofStream !== undefined) {
    const text = `${ofStream.name}, which fills ${definition.name}, reads from streams of a broker. What is on its way there could not be told from what the new table has already. Let it read from the event store: server.subscriptions.${ofStream.name}.subscriptionType = "event_store".`
    throw new NotSupportedError(text, { code: 'REBUILD_OF_STREAM' })
  }
  const live = runtime.mappingOf(definition)
  const parts = partsOf(plans)
  return {
    definition,
    database: runtime.databaseFor(definition),
    id: workerId(registry.domainName, definition.name),
    live,
    beside: mapBeside(live),
    subscriptions: plans.map((plan) => ({ id: workerId(registry.domainName, plan.name), plan })),
    parts,
    shape: checksumOf({
      table: live.table,
      projectors: [...names],
      parts: parts.map(({ key, types }) => ({ key, types })),
    } as unknown as JsonObject),
    handlersOf: (type, message) => plans.flatMap((plan) => plan.route(type, message)),
  }
}

function projectorsOf({ registry }: DomainInternals, definition: ElementDefinition): readonly string[] {
  const refersTo = (ref: unknown) => registry.resolve(ref as Parameters<typeof registry.resolve>[0], ['projection']) === definition
  return registry.groups.filter(({ kind, options }) => kind === 'projector' && refersTo(options.projectorFor)).map(({ name }) => name)
}

/** Each log once, whatever the projectors want of it, so that its order is kept across categories and projectors. */
function partsOf(plans: readonly SubscriptionPlan[]): readonly LogPart[] {
  const sources = plans.flatMap((plan) => plan.sources).filter((source) => source instanceof LogSource)
  const stores = [...new Set(sources.map(({ store }) => store))]
  return stores.map(
    (store) =>
      new LogPart(
        store,
        sources.filter((source) => source.store === store),
      ),
  )
}
