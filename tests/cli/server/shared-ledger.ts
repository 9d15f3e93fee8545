import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Domain } from 'proteanjs'
import { declareLedger } from '../../support/ledger-domain.ts'
import { ledgerConfig } from '../ledger-config.ts'

/** A database that the processes of a test share, with the tables of the domain, and a way to look into it. Without `postgres` it is a file. */
export async function sharedLedger(postgres?: { readonly uri: string; readonly schema: string }) {
  const cwd = await mkdtemp(join(tmpdir(), 'protean-server-'))
  const databaseUri = postgres?.uri ?? `sqlite:///${join(cwd, 'ledger.db')}`
  const schema = postgres === undefined ? {} : { schema: postgres.schema }
  const ledger = declareLedger(new Domain('ledger', { config: ledgerConfig({ databaseUri, ...schema }) }))
  await ledger.domain.init()
  await ledger.domain.providers.get('default')?.createDatabaseArtifacts()
  return {
    cwd,
    /** For the processes. */
    env: { LEDGER_DATABASE: databaseUri, ...(postgres === undefined ? {} : { LEDGER_SCHEMA: postgres.schema }) } as Record<string, string>,
    ledger,
    async close() {
      await ledger.domain.close()
      await rm(cwd, { recursive: true, force: true })
    },
  }
}
