import { copyOf } from '../../model/copy-entity.ts'
import type { Tracked } from '../../model/entity-state.ts'
import { stateOf } from '../../model/entity-state.ts'
import type { Sourcing } from '../../model/sourcing.ts'
import type { Snapshot } from './snapshot-table.ts'

/** Another object in the state of this one. */
export function standingWhere(entity: Tracked): Tracked {
  const { version, sourcing } = stateOf(entity)
  const { lastEventId, latestTime, snapshotVersion } = sourcing as Sourcing
  return placed(copyOf(entity), version, lastEventId, latestTime, snapshotVersion)
}

/** The aggregate of a snapshot. Undefined when that cannot be read: the events are the truth, and they are all there. */
export function restored(definition: { fromPlain(plain: unknown): object }, snapshot: Snapshot): Tracked | undefined {
  const { state, version, eventId, latestTime } = snapshot
  try {
    return placed(definition.fromPlain(state) as Tracked, version, eventId, latestTime.getTime(), version)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : new Error(String(error)))
    return undefined
  }
}

function placed(entity: Tracked, version: number, lastEventId: string | undefined, latestTime: number, snapshotVersion: number): Tracked {
  const state = stateOf(entity)
  state.version = version
  state.stored = true
  Object.assign(state.sourcing as Sourcing, { lastEventId, latestTime, snapshotVersion })
  return entity
}
