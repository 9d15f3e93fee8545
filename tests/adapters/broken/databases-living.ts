import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { DatabaseHarness } from '../../../src/testing/conformance/index.ts'
import { memoryDatabase } from '../support/memory-harness.ts'
import type { DatabaseDefect } from './broken-database.ts'
import { brokenDatabase } from './broken-database.ts'

const artifacts = 'artifacts and data can be made and removed again'

export const livingDefects: readonly DatabaseDefect[] = [
  brokenDatabase('it goes on working after it was closed', 'a database works while it is open, and only then', () => ({
    close: async () => undefined,
  })),
  brokenDatabase('it always says that it is alive', 'a database works while it is open, and only then', () => ({
    isAlive: async () => true,
  })),
  brokenDatabase('dropping artifacts keeps the rows', artifacts, () => ({ dropArtifacts: async () => undefined })),
  brokenDatabase('creating artifacts again empties them', artifacts, (inner) => ({
    createArtifacts: async (clusters) => {
      await inner.createArtifacts(clusters)
      for (const { table } of clusters) await inner.deleteWhere(table, EVERYTHING)
    },
  })),
  brokenDatabase('a reset leaves the events', 'G1: rows and events are committed together', (inner) => ({
    resetData: async () => {
      const { messages } = await inner.events!.readAll({ limit: 1000 })
      await inner.resetData()
      const appends = messages.map((message) => ({ stream: message.stream, category: message.category, messages: [message] }))
      await inner.events!.append(appends)
    },
  })),
  {
    defect: 'all databases are the same one',
    breaks: 'databases share nothing',
    create: (() => {
      let shared: DatabaseHarness | undefined
      return () => {
        shared ??= memoryDatabase()
        return { database: shared.database, dispose: () => shared?.database.resetData().catch(() => undefined) }
      }
    })(),
  },
]
