/**
 * The chaos suite for as long as one likes: `npm run chaos -- --seconds 600 --workers 4 --commands 10000 --seed 7`. Half of it on event-store subscriptions, half
 * on Redis Streams. What is left out is as in the short form, which `npm run check` runs.
 */
import { parseArgs } from 'node:util'
import { statusOf } from './run.ts'

const OPTIONS = {
  seconds: { type: 'string' },
  workers: { type: 'string' },
  commands: { type: 'string' },
  seed: { type: 'string' },
  patience: { type: 'string' },
} as const
/** What the short form sends in a second. */
const COMMANDS_PER_SECOND = 17

const { values } = parseArgs({ options: OPTIONS })
for (const [name, value] of Object.entries(values)) {
  if (Number.isFinite(Number(value)) && Number(value) >= 0) continue
  console.error(`--${name} needs a number, not "${value}"`)
  process.exit(2)
}
const commands =
  values.commands ?? (values.seconds === undefined ? undefined : String(Math.ceil(Number(values.seconds) * COMMANDS_PER_SECOND)))
const settings = {
  CHAOS_SECONDS: values.seconds,
  CHAOS_WORKERS: values.workers,
  CHAOS_COMMANDS: commands,
  CHAOS_SEED: values.seed,
  CHAOS_PATIENCE_SECONDS: values.patience,
}
const env = Object.fromEntries(Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'chaos', '--disable-console-intercept']
process.exitCode = statusOf('node', vitest, { env })
