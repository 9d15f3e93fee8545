import { IncorrectUsageError } from '../errors.ts'
import { createEnvelope } from '../messaging/envelope.ts'
import { Message } from '../messaging/message.ts'
import type { MessageDomain, MessageHeaders } from '../messaging/metadata.ts'
import { commandCategory, eventStream, factCategory, streamCategory } from '../messaging/stream-name.ts'
import { typeString } from '../messaging/type-string.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { Tracked } from '../model/entity-state.ts'
import { identityOf, stateOf } from '../model/entity-state.ts'
import { isFactEvent } from '../model/fact-event.ts'
import { MessageBase } from '../model/record-base.ts'
import type { Raised } from '../model/scope.ts'
import { frameOf } from '../unit-of-work/current.ts'
import { ImmutableDate } from '../util/immutable-date.ts'
import type { JsonObject } from '../util/json.ts'
import { frozenJson } from '../util/plain.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Ids } from '../util/runtime/ids.ts'
import { warnIfDeprecated } from './deprecation-warning.ts'

/** Adds to the extensions of a message's metadata; what it returns is merged, later enrichers win. */
export type EventEnricher = (event: object, aggregate: object) => JsonObject | undefined | void
export type CommandEnricher = (command: object) => JsonObject | undefined | void

export interface CommandHeaders {
  /** Made up, when left out. */
  readonly id?: string | undefined
  readonly asynchronous: boolean
  readonly priority: number
  readonly idempotencyKey?: string | undefined
  readonly correlationId?: string | undefined
  readonly deadline?: Date | undefined
}

interface Circumstances {
  readonly domain: object
  readonly domainName: string
  readonly clock: Clock
  readonly ids: Ids
  readonly eventsAreAsynchronous: () => boolean
}

/** Makes the messages that carry events and commands: unique ids, what caused them, and whose doing they are part of. */
export class MessageFactory {
  readonly eventEnrichers: EventEnricher[] = []
  readonly commandEnrichers: CommandEnricher[] = []
  readonly #here: Circumstances

  constructor(here: Circumstances) {
    this.#here = here
  }

  /** Called when an event is raised. The metadata is final from then on. */
  carryEvent({ event, aggregate, nextVersion, sequence }: Raised): void {
    const definition = definitionOfInstance(event) as ElementDefinition
    warnIfDeprecated(definition)
    const root = stateOf(aggregate as Tracked)
    const own = categoryOf(root.definition)
    const category = isFactEvent(definition) ? factCategory(own) : own
    const frame = frameOf(this.#here.domain)
    const cause = frame?.message
    const headers: MessageHeaders = {
      id: this.#here.ids.next(),
      time: ImmutableDate.of(this.#here.clock.now()),
      type: typeOf(definition),
      stream: eventStream(category, identityOf(root.entity) as string),
      traceparent: cause?.metadata.headers.traceparent,
    }
    const domain: MessageDomain = {
      kind: 'EVENT',
      fqn: definition.fqn,
      streamCategory: category,
      version: versionOf(definition),
      causationId: cause?.id,
      sequenceId: root.sourcing === undefined ? `${nextVersion}.${sequence}` : String(nextVersion),
      expectedVersion: root.sourcing === undefined ? undefined : nextVersion - 1,
      asynchronous: this.#here.eventsAreAsynchronous(),
      priority: frame?.priority ?? cause?.metadata.domain.priority ?? 0,
      originStream: cause?.kind === 'COMMAND' ? cause.metadata.domain.originStream : undefined,
      // What is not correlated itself gives its id to all that comes of it.
      correlationId: cause?.correlationId ?? cause?.id,
    }
    const extensions = merged([
      ...this.eventEnrichers.map((enrich) => enrich(event, aggregate)),
      ...(frame?.delivery === undefined ? NONE : [{ [DELIVERY]: frame.delivery }]),
    ])
    this.#carry(event as MessageBase, headers, domain, extensions)
  }

  /** The message of a command about to be handled or stored. */
  commandMessage(command: object, aggregate: ElementDefinition, given: CommandHeaders): Message {
    const definition = definitionOfInstance(command) as ElementDefinition
    warnIfDeprecated(definition)
    const target = definition.identifier ?? aggregate.identifier
    const cause = frameOf(this.#here.domain)?.message
    const id = given.id ?? this.#here.ids.next()
    const category = commandCategoryOf(aggregate)
    const targetId = target === undefined ? undefined : ((command as Record<string, unknown>)[target] as string | undefined)
    const headers: MessageHeaders = {
      id,
      time: ImmutableDate.of(this.#here.clock.now()),
      type: typeOf(definition),
      stream: eventStream(category, targetId ?? id),
      traceparent: cause?.metadata.headers.traceparent,
      idempotencyKey: given.idempotencyKey,
      deadline: given.deadline === undefined ? undefined : ImmutableDate.of(given.deadline),
    }
    const domain: MessageDomain = {
      kind: 'COMMAND',
      fqn: definition.fqn,
      streamCategory: category,
      version: versionOf(definition),
      causationId: cause?.id,
      asynchronous: given.asynchronous,
      priority: given.priority,
      originStream: cause?.kind === 'EVENT' ? cause.stream : undefined,
      correlationId: given.correlationId ?? cause?.correlationId ?? cause?.id ?? this.#here.ids.next().replaceAll('-', ''),
    }
    const extensions = merged(this.commandEnrichers.map((enrich) => enrich(command)))
    return this.#carry(command as MessageBase, headers, domain, extensions)
  }

  /** The message of an event of a process manager, which happens when its time has come. */
  timedEventMessage(event: object, processManager: ElementDefinition, instance: string): Message {
    const definition = definitionOfInstance(event) as ElementDefinition
    const cause = frameOf(this.#here.domain)?.message
    const category = categoryOf(processManager)
    const headers: MessageHeaders = {
      id: this.#here.ids.next(),
      time: ImmutableDate.of(this.#here.clock.now()),
      type: typeOf(definition),
      stream: eventStream(category, instance),
      traceparent: cause?.metadata.headers.traceparent,
    }
    const domain: MessageDomain = {
      kind: 'EVENT',
      fqn: definition.fqn,
      streamCategory: category,
      version: versionOf(definition),
      causationId: cause?.id,
      asynchronous: this.#here.eventsAreAsynchronous(),
      priority: cause?.metadata.domain.priority ?? 0,
      correlationId: cause?.correlationId,
    }
    return this.#carry(event as MessageBase, headers, domain, NO_EXTENSIONS)
  }

  #carry(element: MessageBase, headers: MessageHeaders, domain: MessageDomain, extensions: JsonObject): Message {
    const data = element.toObject()
    const envelope = createEnvelope(data)
    const metadata = Object.freeze({
      headers: Object.freeze(headers),
      envelope: Object.freeze(envelope),
      domain: Object.freeze(domain),
      extensions,
    })
    const message = new Message(data, metadata, undefined, true)
    MessageBase.carry(element, message)
    return message
  }
}

export function versionOf(definition: ElementDefinition): number {
  return (definition.options.version as number | undefined) ?? 1
}

/** `Shop.OrderPlaced.v1`. Worked out once for each element, since every message needs it. */
export function typeOf(definition: ElementDefinition): string {
  return remembered(types, definition, () => typeString(definition.scope.domainName, definition.name, versionOf(definition)))
}

/** Category of an aggregate's streams. */
export function categoryOf(definition: ElementDefinition): string {
  return remembered(categories, definition, () =>
    streamCategory(definition.scope.domainName, (definition.options.streamCategory as string | undefined) ?? definition.name),
  )
}

/** Category of the streams of commands to an aggregate. */
export function commandCategoryOf(definition: ElementDefinition): string {
  return remembered(commandCategories, definition, () => commandCategory(categoryOf(definition)))
}

const types = new WeakMap<ElementDefinition, string>()
const categories = new WeakMap<ElementDefinition, string>()
const commandCategories = new WeakMap<ElementDefinition, string>()

function remembered(names: WeakMap<ElementDefinition, string>, definition: ElementDefinition, make: () => string): string {
  let name = names.get(definition)
  if (name === undefined) {
    name = make()
    names.set(definition, name)
  }
  return name
}

/** The message that carries an event or a command; undefined before it was raised or submitted. */
export function messageOf(element: object): Message | undefined {
  return element instanceof MessageBase ? (MessageBase.carrier(element) as Message | undefined) : undefined
}

function merged(parts: readonly (JsonObject | undefined | void)[]): JsonObject {
  if (parts.length === 0) return NO_EXTENSIONS
  return frozenJson(Object.assign({}, ...parts), 'extensions', (path, what) => {
    throw new IncorrectUsageError(`An enricher gave ${path}, which is ${what} and cannot be stored as JSON. Return plain data.`)
  }) as JsonObject
}

/** Extension that says in whose handling of which message an event was raised, `<subscription>|<message id>`. */
export const DELIVERY = '_delivery'
const NONE: readonly never[] = []
const NO_EXTENSIONS: JsonObject = Object.freeze({})
