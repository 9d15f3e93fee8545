/** Counts to five, each time with an event, until its event store kills it. */
import { countingDomain } from './counting-domain.ts'

const [folder = '', fate = '', at = '1'] = process.argv.slice(2)
const { domain, increment } = countingDomain({
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
for (let count = 1; count <= 5; count += 1) await increment()
