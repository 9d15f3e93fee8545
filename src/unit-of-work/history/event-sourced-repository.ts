import { IncorrectUsageError, NotSupportedError, ObjectNotFoundError } from '../../errors.ts'
import { parseInstant } from '../../messaging/instant.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import type { Tracked } from '../../model/entity-state.ts'
import { describeEntity, stateOf } from '../../model/entity-state.ts'
import type { Condition } from '../query/condition.ts'
import type { Query } from '../query/query.ts'
import { Repository } from '../repository.ts'
import { currentUnitOfWork } from '../run-in-unit-of-work.ts'
import type { Runtime } from '../runtime.ts'
import type { Moment } from './fold.ts'

/** When an aggregate is to be seen; give one of the two, or none for now. */
export interface TemporalOptions {
  /** After the event at this position in its stream, from 0. */
  readonly atVersion?: number | undefined
  /** After the last event that had happened by then; a text is in ISO 8601. */
  readonly asOf?: Date | string | undefined
}

/**
 * The repository of an event-sourced aggregate: found by identity only, since its events are stored and not its state. What must be searched for is kept
 * in a projection.
 */
export class EventSourcedRepository<T extends object> extends Repository<T> {
  readonly #runtime: () => Runtime
  readonly #definition: ElementDefinition

  constructor(runtime: () => Runtime, definition: ElementDefinition) {
    super(runtime, definition)
    this.#runtime = runtime
    this.#definition = definition
  }

  /**
   * Appends the events that the aggregate has raised; without any there is nothing to do. Throws `ExpectedVersionError` when somebody else appended to
   * its stream since it was read.
   */
  override async add(entity: T): Promise<T> {
    const tracked = this.own(entity)
    const { readOnly, version, events } = stateOf(tracked)
    if (readOnly !== undefined)
      throw new IncorrectUsageError(`${describeEntity(tracked)} cannot be saved: ${readOnly}`, { code: 'READ_ONLY' })
    if (version === -1 && events.length === 0) {
      throw new IncorrectUsageError(
        `${describeEntity(tracked)} is new and has raised no event, so there is nothing to store. Raise the event that brings it into being.`,
        { code: 'NOTHING_RAISED' },
      )
    }
    return super.add(entity)
  }

  /** Refused: what has happened stays. */
  override async remove(entity: T): Promise<void> {
    const what = describeEntity(this.own(entity))
    throw new NotSupportedError(
      `${what} is event-sourced and cannot be removed: what has happened to it stays. Raise an event that ends it, such as ${this.#definition.name}Closed.`,
    )
  }

  /**
   * Throws `ObjectNotFoundError` when there is none. With `atVersion` or `asOf` it gives the aggregate as it was: a copy of its own, in no unit of work, that
   * can only be looked at; without a version so high, or before its first event, it throws `ObjectNotFoundError` too.
   */
  override async get(id: string, options: TemporalOptions = {}): Promise<T> {
    const moment = momentOf(options)
    if (moment === undefined) return super.get(id)
    if (id === '') throw new ObjectNotFoundError(`There is no ${this.#definition.name} with identity ${id}.`)
    return (await this.#runtime().histories.loadAt(this.#definition, id, moment)) as unknown as T
  }

  override async find(id: string): Promise<T | undefined> {
    const runtime = this.#runtime()
    const known = this.#known(id)
    if (known !== undefined || id === '') return known as unknown as T | undefined
    const loaded = await runtime.histories.load(this.#definition, id)
    if (loaded === undefined) return undefined
    return (currentUnitOfWork(runtime)?.identityMap.put(loaded) ?? loaded) as unknown as T
  }

  /** Whether there is one with an identity: `exists({ accountId })`. Nothing else can be asked for. */
  override async exists(condition: Condition<T>): Promise<boolean> {
    const identifier = this.#definition.identifier as string
    const id = (condition as Readonly<Record<string, unknown>>)[identifier]
    if (typeof id !== 'string' || Object.keys(condition).length !== 1) throw this.#unsupported(`exists() other than by ${identifier}`)
    return id !== '' && (this.#known(id) !== undefined || this.#runtime().histories.exists(this.#definition, id))
  }

  override findBy(): Promise<T> {
    return Promise.reject(this.#unsupported('findBy()'))
  }

  override get query(): Query<T> {
    throw this.#unsupported('query')
  }

  override count(): Promise<number> {
    return Promise.reject(this.#unsupported('count()'))
  }

  #known(id: string): Tracked | undefined {
    return currentUnitOfWork(this.#runtime())?.identityMap.get(this.#definition, id)
  }

  #unsupported(operation: string): NotSupportedError {
    const { name, identifier } = this.#definition
    return new NotSupportedError(
      `${name} is event-sourced, and its events are found by ${identifier} only: ${operation} is not available. Keep what you look for in a projection, filled by a projector from its events.`,
    )
  }
}

function momentOf({ atVersion, asOf }: TemporalOptions): Moment | undefined {
  if (atVersion !== undefined && asOf !== undefined)
    throw new IncorrectUsageError('Give either atVersion or asOf, not both.', { code: 'INVALID_MOMENT' })
  if (atVersion !== undefined) {
    if (Number.isSafeInteger(atVersion) && atVersion >= 0) return { version: atVersion }
    throw new IncorrectUsageError(`atVersion is a whole number from 0, not ${String(atVersion)}.`, { code: 'INVALID_MOMENT' })
  }
  if (asOf === undefined) return undefined
  const time = typeof asOf === 'string' ? parseInstant(asOf) : asOf
  if (time instanceof Date && !Number.isNaN(time.getTime())) return { time }
  throw new IncorrectUsageError(`asOf is a valid Date, or a text such as 2026-01-31T12:00:00Z, not ${String(asOf)}.`, {
    code: 'INVALID_MOMENT',
  })
}
