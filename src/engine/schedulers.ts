import { internalsOf } from '../domain/internals.ts'
import type { ReactionFailure } from '../errors.ts'
import { Scheduler } from './scheduler.ts'

/** One scheduler for each database that the domain keeps tables in. */
export function schedulersOf(domain: object, report: (failure: ReactionFailure) => void): readonly Scheduler[] {
  const { infrastructure, commands, registry } = internalsOf(domain)
  const here = { ...commands, ofType: (type: string) => registry.ofType(type) }
  return [...infrastructure.databases.values()]
    .filter(({ isManaged }) => isManaged)
    .map(({ database }) => new Scheduler(database, registry.domainName, here, report))
}
