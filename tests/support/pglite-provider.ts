import type { AdapterSetup } from 'proteanjs'
import type { RunningInstances } from '../adapters/support/pglite-harness.ts'
import { PgliteInstances } from '../adapters/support/pglite-harness.ts'

const KEPT = Symbol.for('proteanjs.tests.pglite')
const worker = globalThis as { [KEPT]?: RunningInstances }
worker[KEPT] ??= { idle: [], all: [] }

/** A provider whose databases share a few instances of PGlite, all test files of a worker together: starting one takes seconds. */
export const instances = new PgliteInstances(worker[KEPT])

export const createDatabase = ({ name, statements, settings }: AdapterSetup) =>
  instances.database({ name, statements, schema: settings.schema as string | undefined }).database
