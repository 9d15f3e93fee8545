import { PgliteInstances } from '../adapters/support/pglite-harness.ts'

/** A provider whose databases share a few instances of PGlite: starting one takes seconds. */
export const instances = new PgliteInstances()

export const createDatabase = () => instances.database().database
