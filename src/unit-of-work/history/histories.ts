/**
 * Event-sourced aggregates as their streams say they are. A read begins with the newest state that is known, in memory or from a snapshot, and applies the
 * events since. What is known is believed only if the stream has its last event where it should be, so nothing that is kept can make a read wrong.
 */
import { ObjectNotFoundError } from '../../errors.ts'
import type { Message } from '../../messaging/message.ts'
import { eventStream } from '../../messaging/stream-name.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import type { Tracked } from '../../model/entity-state.ts'
import { identityOf, stateOf } from '../../model/entity-state.ts'
import { plainOf } from '../../model/plain-form.ts'
import type { Sourcing } from '../../model/sourcing.ts'
import type { Database } from '../../ports/database.ts'
import type { EventStore } from '../../ports/event-store.ts'
import type { FirstPage, FoldedStream, Moment } from './fold.ts'
import { fold } from './fold.ts'
import { HotAggregates } from './hot-aggregates.ts'
import { restored, standingWhere } from './known-state.ts'
import { shapeOf } from './shape.ts'
import { findSnapshot, storeSnapshot } from './snapshot-store.ts'
import { SnapshotWriter } from './snapshot-writer.ts'

/** What histories need to know of the domain. */
export interface HistorySources {
  /** Where its snapshots are. */
  databaseFor(definition: ElementDefinition): Database
  /** Where its events are: in that database, or in an event store of its own. */
  eventsFor(definition: ElementDefinition): EventStore
  categoryOf(definition: ElementDefinition): string
  /** The event that a stored message carries. */
  readEvent(message: Message): object
  settings(): {
    /** Events between two snapshots. */
    readonly snapshotThreshold: number
    readonly snapshotsKept: number
    /** How many aggregates are kept in memory. */
    readonly hotAggregates: number
  }
}

interface History extends FoldedStream {
  readonly definition: ElementDefinition
  readonly id: string
  readonly database: Database
}

/** Most aggregates have a handful of events: those are read at once, without a look for snapshots. */
const FIRST_PAGE = 50

export class Histories {
  readonly #sources: HistorySources
  readonly #hot: HotAggregates
  readonly #writer = new SnapshotWriter()
  readonly #readEvent: (message: Message) => object

  constructor(sources: HistorySources) {
    this.#sources = sources
    this.#hot = new HotAggregates(() => sources.settings().hotAggregates)
    this.#readEvent = (message) => sources.readEvent(message)
  }

  /** The aggregate after all its events; undefined when it has none. */
  async load(definition: ElementDefinition, id: string): Promise<Tracked | undefined> {
    const history = this.#of(definition, id)
    const hot = this.#hot.get(history.stream)
    const version = hot === undefined ? -1 : stateOf(hot).version
    const loaded = (hot && (await this.#goOn(history, standingWhere(hot)))) ?? (await this.#read(history))
    // An object of its own for the next reader: this one goes to somebody who will change it.
    if (this.#hot.isOn && loaded !== undefined && stateOf(loaded).version !== version) this.#hot.put(history.stream, standingWhere(loaded))
    return loaded
  }

  /** The aggregate as it was; it can be looked at, and nothing else. Throws `ObjectNotFoundError` when there was none yet, or is no such version. */
  async loadAt(definition: ElementDefinition, id: string, moment: Moment): Promise<Tracked> {
    const history = this.#of(definition, id)
    const snapshot = await findSnapshot(history.database, history.stream, shapeOf(definition), moment)
    const known = snapshot && restored(definition, snapshot)
    const found =
      (known && (await this.#goOn(history, known, moment))) ?? (await this.#fold(history, this.#blank(history), undefined, moment))
    const { version } = stateOf(found)
    if (version === -1 || ('version' in moment && version < moment.version)) throw await notThen(history, moment)
    const when = 'version' in moment ? `at version ${moment.version}` : `at ${moment.time.toISOString()}`
    stateOf(found).readOnly = `it was read as it was ${when}. Read it without atVersion and asOf to change it.`
    return found
  }

  async exists(definition: ElementDefinition, id: string): Promise<boolean> {
    const { events, stream } = this.#of(definition, id)
    return (await events.readStream(stream, { limit: 1 })).length > 0
  }

  /** Called with every aggregate whose events were committed. Waits for nothing. */
  saved(entity: Tracked): void {
    const { definition, version, sourcing } = stateOf(entity)
    const stream = this.#streamOf(definition, identityOf(entity) as string)
    this.#hot.put(stream, entity)
    const known = sourcing as Sourcing
    if (version - known.snapshotVersion < this.#sources.settings().snapshotThreshold) return
    if (this.#writer.schedule(stream, () => this.#takeSnapshot(entity))) known.snapshotVersion = version
  }

  /** Takes snapshots now, of one aggregate or of all of a kind, however many events they have. Gives how many. */
  async takeSnapshots(definition: ElementDefinition, id?: string): Promise<number> {
    const { events } = this.#of(definition, id ?? '*')
    const ids = id === undefined ? await events.streamIds(this.#sources.categoryOf(definition)) : [id]
    for (const one of ids) {
      const entity = await this.#read(this.#of(definition, one))
      if (entity === undefined) throw new ObjectNotFoundError(`There is no ${definition.name} with identity ${one}.`)
      await this.#takeSnapshot(entity)
    }
    return ids.length
  }

  /** Waits for the snapshots that are being taken. */
  settled(): Promise<void> {
    return this.#writer.settled()
  }

  async close(): Promise<void> {
    await this.settled()
    this.#hot.clear()
  }

  async #read(history: History): Promise<Tracked | undefined> {
    const { definition, events, stream, database } = history
    const limit = Math.min(this.#sources.settings().snapshotThreshold, FIRST_PAGE)
    const messages = await events.readStream(stream, { limit })
    if (messages.length === 0) return undefined
    const snapshot = messages.length < limit ? undefined : await findSnapshot(database, stream, shapeOf(definition))
    const known = snapshot && restored(definition, snapshot)
    return (known && (await this.#goOn(history, known))) ?? this.#fold(history, this.#blank(history), { messages, limit })
  }

  /** Applies what came after a known state. Undefined when that is not one that its stream has led to. */
  async #goOn(history: History, entity: Tracked, moment?: Moment): Promise<Tracked | undefined> {
    const { version, sourcing } = stateOf(entity)
    const to = moment !== undefined && 'version' in moment ? moment.version : undefined
    const limit = FIRST_PAGE + 1
    const [last, ...messages] = await history.events.readStream(history.stream, { from: version, to, limit })
    if (last === undefined || last.id !== sourcing?.lastEventId) return undefined
    return this.#fold(history, entity, { messages, limit: limit - 1 }, moment)
  }

  async #fold(history: History, entity: Tracked, first?: FirstPage, moment?: Moment): Promise<Tracked> {
    await fold(history, entity, first, moment)
    return entity
  }

  #blank({ definition, id }: History): Tracked {
    return definition.blank(id) as Tracked
  }

  async #takeSnapshot(entity: Tracked): Promise<void> {
    const { definition, version, events, sourcing } = stateOf(entity)
    const { lastEventId, latestTime } = sourcing as Sourcing
    // Somebody goes on with the object. It is due again when that is saved.
    if (events.length > 0 || lastEventId === undefined) {
      ;(sourcing as Sourcing).snapshotVersion = -1
      return
    }
    const { stream, database } = this.#of(definition, identityOf(entity) as string)
    const state = plainOf(definition, entity)
    const snapshot = { stream, shape: shapeOf(definition), version, eventId: lastEventId, latestTime: new Date(latestTime), state }
    await storeSnapshot(database, snapshot, this.#sources.settings().snapshotsKept)
  }

  #streamOf(definition: ElementDefinition, id: string): string {
    return eventStream(this.#sources.categoryOf(definition), id)
  }

  #of(definition: ElementDefinition, id: string): History {
    const database = this.#sources.databaseFor(definition)
    const events = this.#sources.eventsFor(definition)
    return { definition, id, database, events, stream: this.#streamOf(definition, id), readEvent: this.#readEvent }
  }
}

async function notThen({ definition, id, events, stream }: History, moment: Moment): Promise<ObjectNotFoundError> {
  const last = await events.lastMessage(stream)
  const what = `${definition.name} with identity ${id}`
  if (last === undefined) return new ObjectNotFoundError(`There is no ${what}.`)
  return new ObjectNotFoundError(
    'version' in moment
      ? `There is no version ${moment.version} of the ${what}: the latest is ${last.stored?.position}.`
      : `There was no ${what} at ${moment.time.toISOString()} yet.`,
  )
}
