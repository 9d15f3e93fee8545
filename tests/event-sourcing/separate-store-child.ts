/** Increments a counter in one of several ways, until its event store kills it. */
import { Engine } from 'proteanjs'
import { sourcedCounter } from './sourced-counter.ts'

const [folder = '', fate = '', at = '1', way = ''] = process.argv.slice(2)
const { domain, Increment } = sourcedCounter({
  databases: { default: { databaseUri: `sqlite:///${folder}/rows.db` } },
  eventStore: {
    provider: new URL('../support/deadly-event-store.ts', import.meta.url).href,
    databaseUri: `sqlite:///${folder}/events.db`,
    options: { fate, at: Number(at) },
  },
})
await domain.init({ traverse: false })
for (const provider of domain.providers.values()) await provider.createDatabaseArtifacts()
await domain.eventStore.createArtifacts()
if (way === 'at once') await domain.process(new Increment({ id: 'c' }), { asynchronous: false })
if (way === 'with a key') await domain.process(new Increment({ id: 'c' }), { asynchronous: false, idempotencyKey: 'k' })
if (way === 'in an engine') {
  await domain.process(new Increment({ id: 'c' }))
  await new Engine(domain, { testMode: true }).run()
}
