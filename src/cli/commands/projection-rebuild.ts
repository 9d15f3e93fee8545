import { defineCommand } from 'citty'
import { rebuildProjection } from '../../engine/rebuild/rebuild-projection.ts'
import { loadDomain } from '../load-domain.ts'
import { COMMON } from '../options.ts'
import type { Outcome } from '../outcome.ts'
import { UsageError } from '../usage-error.ts'

export const rebuild = defineCommand({
  meta: {
    name: 'rebuild',
    description:
      'Makes a projection anew from the log beside the one in use, then puts it in its place. Goes on with what was left unfinished.',
  },
  args: {
    ...COMMON,
    projection: { type: 'positional', description: 'Name of the projection.', required: true },
    batch: { type: 'string', description: 'Events to a transaction.', default: '500' },
    skip: {
      type: 'boolean',
      description: 'Leave out events that a projector refuses, instead of stopping. Ends with 1 when there were any.',
    },
    empty: { type: 'boolean', description: 'Also put an empty table in the place of one that has rows.' },
    restart: { type: 'boolean', description: 'Begin anew, also where an earlier rebuild could be gone on with.' },
    'writers-stopped': { type: 'boolean', description: 'Nothing writes: needed where events are handled by whatever process writes.' },
  },
  async run({ args }): Promise<Outcome> {
    const batchSize = Number(args.batch)
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) throw new UsageError(`--batch ${args.batch} is no number of events.`)
    const domain = await loadDomain(args.domain)
    await using _ = domain
    await domain.init()
    const interrupted = new AbortController()
    const interrupt = () => interrupted.abort(new Error('Interrupted. Call it again to go on from here.'))
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
    try {
      const result = await rebuildProjection(domain, args.projection, {
        batchSize,
        onError: args.skip === true ? 'skip' : 'stop',
        restart: args.restart === true,
        writersAreStopped: args['writers-stopped'] === true,
        signal: interrupted.signal,
        ...(args.empty === true ? { refuseIf: () => false } : {}),
      })
      const { projection, read, rowsBefore, rowsAfter, skipped, skippedEvents } = result
      const lines = [
        `${projection}: rebuilt from ${read} events, ${rowsAfter} rows (${rowsBefore} before).`,
        ...skippedEvents.map(({ type, stream, reason }) => `  left out: ${type} in ${stream}: ${reason}`),
        ...(skipped > skippedEvents.length ? [`  left out: ${skipped - skippedEvents.length} more`] : []),
      ]
      return { text: lines.join('\n'), data: { ...result }, hasFindings: skipped > 0 }
    } finally {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    }
  },
})
