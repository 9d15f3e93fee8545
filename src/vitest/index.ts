import { afterAll, aroundEach, beforeAll } from 'vitest'
import type { Domain } from '../domain/domain.ts'
import { DomainFixture } from '../testing/domain-fixture.ts'
import { RUN_FOLDER } from './run-folder.ts'
import { schemaOfRun } from './run-schemas.ts'
import { isolateWorker } from './worker-isolation.ts'

/**
 * Runs the tests of a file, or of the `describe` that it is called in, against a domain: initialised and with its tables before the first,
 * empty and the current one in each, closed after the last. With the plugin tables are made once in a run and dropped at its end, without it once in a file. In a setup file it holds for every test file. Hooks of the tests run inside
 * the context as well. Tests that share a domain cannot be concurrent; test files that run in parallel each have a schema, file or key prefix of their
 * worker's own.
 */
export function useDomain(domain: Domain): void {
  const folder = process.env[RUN_FOLDER]
  const fixture = folder === undefined ? new DomainFixture(domain) : new DomainFixture(domain, schemaOfRun(domain, folder))
  beforeAll(async () => {
    isolateWorker(domain, process.env.VITEST_POOL_ID)
    await fixture.setup()
  })
  afterAll(() => fixture.teardown())
  aroundEach((runTest) => fixture.domainContext(() => runTest()))
}
