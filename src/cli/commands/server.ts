import { defineCommand } from 'citty'
import { COMMON } from '../options.ts'
import { UsageError } from '../usage-error.ts'

export const server = defineCommand({
  meta: { name: 'server', description: 'Works in the background for a domain: runs its engine until a signal asks it to end.' },
  args: {
    ...COMMON,
    workers: { type: 'string', description: 'Processes that share the work, each started again when it dies.', default: '1' },
    'test-mode': { type: 'boolean', description: 'Do all that there is to do, then end; with 1 when something failed.' },
    reload: { type: 'boolean', description: 'For development: start anew when sources below the working directory change.' },
  },
  async run({ args }) {
    const workers = countOf(args.workers)
    const { 'test-mode': isTest = false, reload: reloads = false, domain } = args
    if (workers > 1 && reloads) throw new UsageError('--reload goes with one worker, not with --workers.')
    if (isTest && (reloads || workers > 1))
      throw new UsageError('--test-mode ends by itself: it goes neither with --workers nor with --reload.')
    if (isTest) return (await import('../server/test-run.ts')).testRun(domain)
    if (reloads) return (await import('../server/supervise.ts')).reload(domain)
    if (workers > 1) return (await import('../server/supervise.ts')).supervise(domain, workers)
    return (await import('../server/serve.ts')).serve(domain)
  },
})

function countOf(given: string): number {
  if (/^[1-9]\d{0,2}$/.test(given)) return Number(given)
  throw new UsageError(`--workers takes a whole number from 1 to 999, not ${given === '' ? 'nothing' : given}.`)
}
