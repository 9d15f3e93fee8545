import type { Domain } from '../../domain/domain.ts'
import { internalsOf } from '../../domain/internals.ts'
import { InvalidOperationError } from '../../errors.ts'
import type { Projection } from '../../model/element-class.ts'
import type { Constructor } from '../../model/element-ref.ts'
import { runInFrame } from '../../unit-of-work/current.ts'
import { uuidV7Ids } from '../../util/runtime/ids.ts'
import { OUTSIDE } from '../outside.ts'
import { Rebuild } from './rebuild.ts'
import type { RebuildOptions, RebuildProgress, RebuildResult } from './rebuild-options.ts'
import { rebuildPlan } from './rebuild-plan.ts'
import { storedRebuild } from './rebuild-record.ts'

/**
 * Makes a projection anew from the log, beside the one that is there: readers see that one, and its projectors go on with it, until the new one has
 * everything and takes its place in one step. One process at a time rebuilds a projection; what it leaves unfinished, however it ended, the next call goes
 * on with, and every event has its effect once.
 *
 * The order is that of the log; between several event stores there is none. Projectors must write their projection and nothing else
 * (`REBUILD_WRITES_ELSEWHERE`). The table is a new one: on PostgreSQL, what was granted on the old one has to be granted again, and a view on it stands in the way.
 * `projection` is the class, or its persistent name.
 */
export async function rebuildProjection<T extends Projection>(
  domain: Domain,
  projection: Constructor<T> | string,
  options: RebuildOptions = {},
): Promise<RebuildResult> {
  const inside = internalsOf(domain)
  // Nothing of where it was called, a unit of work or a message, is around the projectors.
  return runInFrame(domain, OUTSIDE, async () => {
    const plan = rebuildPlan(inside, projection)
    if (inside.settings.eventProcessing === 'sync' && options.writersAreStopped !== true) {
      const text = `${plan.definition.name} is kept up to date by whatever process writes (eventProcessing: 'sync'), which nobody can pause for the switch. Stop those processes and pass writersAreStopped: true, or leave events to an engine.`
      throw new InvalidOperationError(text, { code: 'REBUILD_NEEDS_ENGINE' })
    }
    const owner = `rebuild:${uuidV7Ids(inside.retry.clock).next()}`
    return Rebuild.run(inside, plan, options, owner)
  })
}

/** How far the rebuild of a projection is, whichever process works on it, or how the last one ended; undefined when there was none. */
export async function rebuildStatus<T extends Projection>(
  domain: Domain,
  projection: Constructor<T> | string,
): Promise<RebuildProgress | undefined> {
  const plan = rebuildPlan(internalsOf(domain), projection)
  const found = await storedRebuild(plan)
  if (found === undefined) return undefined
  const { read, skipped, skippedEvents } = found.state
  return { projection: plan.definition.name, phase: found.phase, read, skipped, skippedEvents }
}
