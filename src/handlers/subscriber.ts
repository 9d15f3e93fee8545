import { ReactionError } from '../errors.ts'
import { createEnvelope } from '../messaging/envelope.ts'
import { Message } from '../messaging/message.ts'
import type { Broker, Delivery } from '../ports/broker.ts'
import { runInFrame } from '../unit-of-work/current.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { JsonObject } from '../util/json.ts'
import type { FailureHook } from './handler-group.ts'
import type { CommandProcessing } from './process-command.ts'
import { withQuickRetry } from './quick-retry.ts'

export type SubscriberFunction = (payload: JsonObject, message: Message) => Promise<void>

/** A subscriber as it was declared; `init()` checks it. */
export interface DeclaredSubscriber {
  readonly kind: 'subscriber'
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  readonly run: SubscriberFunction
  onError: FailureHook | undefined
}

/** Where a payload comes from: the stream, and the id that the broker has given to it. */
export interface DeliveredFrom {
  readonly id: string
  readonly stream: string
}

/** Handles messages of other systems, as a broker delivers them: plain data, whose meaning only the subscriber knows. */
export class Subscriber {
  readonly #declared: DeclaredSubscriber
  readonly #processing: () => CommandProcessing

  constructor(declared: DeclaredSubscriber, processing: () => CommandProcessing) {
    this.#declared = declared
    this.#processing = processing
  }

  get name(): string {
    return this.#declared.name
  }

  /** Handles one payload now, as if the broker had delivered it. Throws what the function throws. */
  receive(payload: JsonObject, from?: Partial<DeliveredFrom>): Promise<void> {
    const here = this.#processing()
    const { stream } = this.#declared.options as { readonly stream: string }
    return receiveDelivery(here, this.#declared, payload, { id: from?.id ?? here.newId(), stream: from?.stream ?? stream })
  }

  /** Decides what becomes of a message that failed in the background. */
  onError(hook: FailureHook): this {
    this.#declared.onError = hook
    return this
  }
}

/** Lets a subscriber handle a payload, in a unit of work; again when somebody else was faster. What it causes belongs to the same story as the payload. */
function receiveDelivery(here: CommandProcessing, subscriber: DeclaredSubscriber, payload: JsonObject, from: DeliveredFrom): Promise<void> {
  const { runtime, retry } = here
  const message = foreignMessage(payload, from, runtime.clock.now(), () => here.newId().replaceAll('-', ''))
  const changes = { message, priority: undefined }
  return withQuickRetry(runtime, retry, undefined, () => runInUnitOfWork(runtime, () => subscriber.run(payload, message), changes))
}

/** Where publishing means delivering: the subscribers of a stream get what was published to it, whoever published and in whichever unit of work. */
export async function deliverPublished(
  here: CommandProcessing,
  broker: Broker,
  subscribers: readonly DeclaredSubscriber[],
  stream: string,
  groupOf: (subscriber: string) => string,
): Promise<void> {
  const failures: { handler: string; messageId: string; error: unknown }[] = []
  const outside = { unitOfWork: undefined, step: undefined, reactions: undefined }
  for (const subscriber of subscribers) {
    const group = groupOf(subscriber.name)
    const read = () => broker.read({ stream, group, consumer: 'inline', count: 100 })
    for (let deliveries = await read(); deliveries.length > 0; deliveries = await read())
      for (const delivery of deliveries) await runInFrame(here.runtime.domain, outside, () => deliver(subscriber, delivery))
  }
  if (failures.length > 0) throw new ReactionError(failures)

  /** One that failed stays with the group, as not acknowledged: an engine that runs handles it again. */
  async function deliver(subscriber: DeclaredSubscriber, { id, payload }: Delivery): Promise<void> {
    try {
      await receiveDelivery(here, subscriber, payload, { id, stream })
      await broker.acknowledge(stream, groupOf(subscriber.name), [id])
    } catch (error) {
      failures.push({ handler: subscriber.name, messageId: id, error })
    }
  }
}

/** The id that a payload brings along, by which it is known when it is published again: its own metadata's, or that of a CloudEvent with its source. */
export function ownIdOf(payload: JsonObject): string | undefined {
  const [source, id] = [textAt(payload, 'source'), textAt(payload, 'id')]
  if (typeof payload.specversion === 'string' && source !== undefined && id !== undefined) return `${source}#${id}`
  return textAt(objectAt(objectAt(payload, 'metadata'), 'headers'), 'id')
}

/** What is known of a payload, in the form in which handlers know messages: its own metadata where it has any, the broker's where not. */
export function foreignMessage(payload: JsonObject, { id, stream }: DeliveredFrom, now: Date, newCorrelation: () => string): Message {
  const metadata = objectAt(payload, 'metadata')
  const headers = objectAt(metadata, 'headers')
  const isCloudEvent = typeof payload.specversion === 'string'
  const type = textAt(headers, 'type') ?? (isCloudEvent ? textAt(payload, 'type') : undefined) ?? stream
  return new Message(payload, {
    headers: { id: ownIdOf(payload) ?? id, time: now, type, stream },
    envelope: createEnvelope(payload),
    domain: {
      kind: 'EVENT',
      fqn: type,
      streamCategory: stream,
      version: 1,
      asynchronous: false,
      priority: 0,
      correlationId:
        textAt(objectAt(metadata, 'domain'), 'correlation_id') ??
        textAt(metadata, 'correlation_id') ??
        textAt(payload, 'correlation_id') ??
        (isCloudEvent ? textAt(payload, 'proteancorrelationid') : undefined) ??
        newCorrelation(),
    },
    extensions: {},
  })
}

function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object?.[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

function textAt(object: JsonObject | undefined, key: string): string | undefined {
  const value = object?.[key]
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}
