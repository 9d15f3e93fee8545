import { defineCommand } from 'citty'
import { internalsOf } from '../../domain/internals.ts'
import type { EventSourcedAggregate } from '../../model/element-class.ts'
import type { Constructor } from '../../model/element-ref.ts'
import { nearest } from '../../util/nearest.ts'
import { loadDomain } from '../load-domain.ts'
import { COMMON } from '../options.ts'
import type { Outcome } from '../outcome.ts'
import { UsageError } from '../usage-error.ts'

export const create = defineCommand({
  meta: {
    name: 'create',
    description: 'Takes snapshots now, of one event-sourced aggregate or of all. They are taken by themselves as events are saved.',
  },
  args: {
    ...COMMON,
    aggregate: { type: 'positional', description: 'Name of the aggregate; all of them when left out.', required: false },
    id: { type: 'string', description: 'Only of the one with this identity.' },
  },
  async run({ args }): Promise<Outcome> {
    const { aggregate: wanted, id } = args
    if (id !== undefined && wanted === undefined) throw new UsageError('--id needs the name of the aggregate before it.')
    const domain = await loadDomain(args.domain)
    await using _ = domain
    await domain.init()
    const sourced = internalsOf(domain)
      .registry.ofKind('aggregate')
      .filter(({ isEventSourced, isAbstract }) => isEventSourced && !isAbstract)
    const names = sourced.map(({ name }) => name)
    if (wanted !== undefined && !names.includes(wanted)) throw new UsageError(unknown(wanted, domain.name, names))
    const snapshots: { aggregate: string; taken: number }[] = []
    for (const { name, cls } of sourced) {
      if (wanted !== undefined && name !== wanted) continue
      snapshots.push({ aggregate: name, taken: await domain.createSnapshots(cls as Constructor<EventSourcedAggregate>, id) })
    }
    const text = snapshots.map(({ aggregate, taken }) => `${aggregate}: ${taken} snapshots taken.`).join('\n')
    return { text: text === '' ? `${domain.name} has no event-sourced aggregates.` : text, data: { domain: domain.name, snapshots } }
  },
})

function unknown(wanted: string, domain: string, names: readonly string[]): string {
  const meant = nearest(wanted, names)
  const fix = meant === undefined ? `It has: ${names.join(', ') || 'none'}.` : `Did you mean ${meant}?`
  return `${wanted} is no event-sourced aggregate of the domain ${domain}. ${fix}`
}
