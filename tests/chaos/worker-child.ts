/** An engine in a process of its own, with mishaps and a clock that is a little off, until it is told to stop or killed. */
import { Engine } from 'proteanjs'
import { chaosDomain } from './chaos-domain.ts'
import { NOT_NOW } from './fleet.ts'
import { SeededChoices } from './seeded-choices.ts'

/** Clocks of machines agree to within a part of a lease. */
const CLOCK_SKEW_MS = 300

const [databaseUri = '', schema = '', redisUri = '', seed = ''] = process.argv.slice(2)
const chance = new SeededChoices(Number(seed))
const skewMs = chance.between(-CLOCK_SKEW_MS, CLOCK_SKEW_MS)
const { domain } = chaosDomain({
  places: { databaseUri, schema, redisUri: redisUri === '' ? undefined : redisUri },
  chance: chance.fork(),
  clock: { now: () => new Date(Date.now() + skewMs) },
})
const engine = new Engine(domain, { name: `pid-${process.pid}`, random: chance.fork() })
process.once('message', () => void engine.stop())
try {
  await domain.init()
} catch (error) {
  // A server may be away just now. Whoever supervises the process starts another.
  console.error(`a worker could not begin: ${String(error)}`)
  process.exit(NOT_NOW)
}
process.send?.('at work')
await engine.run()
await domain.close()
process.disconnect()
