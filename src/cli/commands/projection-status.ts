import { defineCommand } from 'citty'
import type { Domain } from '../../domain/domain.ts'
import { internalsOf } from '../../domain/internals.ts'
import type { RebuildProgress } from '../../engine/rebuild/rebuild-options.ts'
import { rebuildStatus } from '../../engine/rebuild/rebuild-projection.ts'
import { isProteanError } from '../../errors.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import { loadDomain } from '../load-domain.ts'
import { COMMON } from '../options.ts'
import type { Outcome } from '../outcome.ts'

export const status = defineCommand({
  meta: { name: 'status', description: 'Says how many rows each projection has, and how its last rebuild went or goes.' },
  args: COMMON,
  async run({ args }): Promise<Outcome> {
    const domain = await loadDomain(args.domain)
    await using _ = domain
    await domain.init()
    const { registry, runtime } = internalsOf(domain)
    const stored = registry.ofKind('projection').filter(({ isAbstract, options }) => !isAbstract && options.cache === undefined)
    const projections = await Promise.all(
      stored.map(async (definition) => {
        const rows = await runtime.databaseFor(definition).count(runtime.mappingOf(definition).table, EVERYTHING)
        return { projection: definition.name, rows, rebuild: (await rebuildOf(domain, definition.name)) ?? null }
      }),
    )
    const lines = projections.map(({ projection, rows, rebuild }) => {
      const how = rebuild === null ? 'never rebuilt' : `rebuild ${rebuild.phase}, ${rebuild.read} events read, ${rebuild.skipped} left out`
      return `${projection}: ${rows} rows, ${how}.`
    })
    return { text: lines.join('\n'), data: { projections } }
  },
})

/** None for one that nothing fills. */
async function rebuildOf(domain: Domain, name: string): Promise<RebuildProgress | undefined> {
  try {
    return await rebuildStatus(domain, name)
  } catch (error) {
    if (isProteanError(error) && error.code === 'NO_PROJECTOR') return undefined
    throw error
  }
}
