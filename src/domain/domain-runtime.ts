import type { HandlerMap } from '../handlers/handler-map.ts'
import { categoryOf, messageOf } from '../handlers/message-factory.ts'
import { readMessage } from '../handlers/message-reader.ts'
import type { RetrySeams } from '../handlers/quick-retry.ts'
import { react } from '../handlers/react.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { Histories } from '../unit-of-work/history/histories.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import { StandIns } from '../unit-of-work/stand-ins.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Settings } from './config/schema.ts'
import type { DomainScope } from './domain-scope.ts'
import type { Infrastructure } from './infrastructure.ts'
import { tableMappings } from './table-mappings.ts'

/** What units of work need of a domain, in parts of their own. The functions throw while the domain is not initialised. */
export interface RuntimeParts {
  readonly scope: DomainScope
  readonly clock: Clock
  readonly retry: RetrySeams
  readonly aggregateEnrichers: Runtime['aggregateEnrichers']
  readonly handlers: () => HandlerMap
  readonly open: () => { readonly infrastructure: Infrastructure; readonly settings: Settings }
}

export function domainRuntime({ scope, clock, retry, aggregateEnrichers, handlers, open }: RuntimeParts): Runtime {
  const databaseFor = (definition: ElementDefinition) => open().infrastructure.databaseOf(definition)
  const mappingOf = tableMappings()
  const standIns = new StandIns(scope.domain)
  const runtime: Runtime = {
    domain: scope.domain,
    clock,
    aggregateEnrichers,
    databaseFor: (definition) => standIns.of(definition)?.database ?? databaseFor(definition),
    forwarder: () => open().infrastructure.forwarder,
    eventStore: () => open().infrastructure.eventStore,
    cacheFor: (definition) => open().infrastructure.cacheOf(definition),
    mappingOf: (definition) => standIns.of(definition)?.mapping ?? mappingOf(definition),
    withStandIn: (standIn, body) => standIns.run(standIn, body),
    refuseOtherWrites: (definition) => standIns.refuseOtherWrites(definition),
    histories: new Histories({
      databaseFor,
      eventsFor: (definition) => open().infrastructure.eventStoreOf(definition),
      categoryOf,
      readEvent: (message) => readMessage(message, scope.ofType),
      settings: () => open().settings,
    }),
    messageOf: (event) => messageOf(event) as Message,
    committed: (events) => (open().settings.eventProcessing === 'sync' ? react(runtime, handlers(), retry, events) : Promise.resolve([])),
  }
  return runtime
}
