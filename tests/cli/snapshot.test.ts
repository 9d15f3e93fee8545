import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Account, Deposited, domain } from './domains/accounts.ts'
import { domainFile, protean } from './protean.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'protean-cli-'))
})

afterEach(() => rm(cwd, { recursive: true, force: true }))

function snapshot(...words: readonly string[]) {
  return protean(['snapshot', 'create', ...words, '--domain', domainFile('accounts')], { cwd, env: { ACCOUNTS_DATABASE: database() } })
}

function database(): string {
  return `sqlite:///${join(cwd, 'accounts.db')}`
}

/** Each with two events: too few for snapshots to be taken by themselves. */
async function open(...accounts: readonly string[]): Promise<void> {
  domain.config.databases.default = { databaseUri: database() }
  await domain.init({ traverse: false })
  await domain.providers.get('default')?.createDatabaseArtifacts()
  for (const id of accounts) {
    const account = new Account({ account: id })
    for (const amount of [1, 2]) account.raise(new Deposited({ amount }))
    await domain.repositoryFor(Account).add(account)
  }
  await domain.close()
}

// Every command is a process.
describe('protean snapshot create', { timeout: 60_000 }, () => {
  test('takes snapshots of all that there are, or of one', async () => {
    await open('a', 'b')
    expect(await snapshot('Account', '--id', 'a')).toMatchObject({ code: 0, out: 'Account: 1 snapshots taken.\n' })
    const { code, out } = await snapshot('--json')
    expect([code, JSON.parse(out)]).toEqual([0, { domain: 'Accounts', snapshots: [{ aggregate: 'Account', taken: 2 }] }])
  })

  test('is called with an event-sourced aggregate, and an identity of it', async () => {
    await open('a')
    expect(await snapshot('Acount')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean Account?') })
    expect(await snapshot('--id', 'a')).toMatchObject({ code: 2, err: expect.stringContaining('--id needs the name') })
  })
})
