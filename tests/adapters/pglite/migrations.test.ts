import { afterAll, beforeAll, describe } from 'vitest'
import { migrationCases } from '../support/migration-cases.ts'
import { PgliteInstances } from '../support/pglite-harness.ts'

const instances = new PgliteInstances()

beforeAll(() => instances.start(2), 60_000)
afterAll(() => instances.close())

describe('migrations on PGlite', () => {
  migrationCases(async () => {
    const harness = instances.database()
    await harness.database.open()
    return harness
  })
})
