import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Account, domain } from './domains/bank.ts'
import { domainFile, protean } from './protean.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'protean-cli-'))
})

afterEach(() => rm(cwd, { recursive: true, force: true }))

function projection(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return protean(['projection', ...words, '--domain', domainFile('bank')], { cwd, env: { BANK_DATABASE: bank(), ...env } })
}

function bank(): string {
  return `sqlite:///${join(cwd, 'bank.db')}`
}

/** Stores deposits as another process would, without their projector. */
async function deposit(...amounts: readonly number[]): Promise<void> {
  domain.config.databases.default = { databaseUri: bank() }
  await domain.init({ traverse: false })
  await domain.providers.get('default')?.createDatabaseArtifacts()
  const account = new Account({ account: 'a' })
  for (const amount of amounts) account.deposit(amount)
  await domain.repositoryFor(Account).add(account)
  await domain.close()
}

// Every command is a process.
describe('protean projection', { timeout: 60_000 }, () => {
  test('rebuilds one from the log, and says how it is', async () => {
    await deposit(5, 6)
    expect(await projection(['status'])).toMatchObject({ code: 0, out: 'Balance: 0 rows, never rebuilt.\n' })
    expect(await projection(['rebuild', 'Balance'])).toMatchObject({ code: 0, out: 'Balance: rebuilt from 2 events, 1 rows (0 before).\n' })
    const { out } = await projection(['status', '--json'])
    expect(JSON.parse(out).projections).toMatchObject([{ projection: 'Balance', rows: 1, rebuild: { phase: 'done', read: 2, skipped: 0 } }])
  })

  test('stops at an event that the projector refuses, or leaves it out and ends with 1', async () => {
    await deposit(5, -1, 6)
    const stopped = await projection(['rebuild', 'Balance'])
    expect([stopped.code, stopped.err]).toEqual([1, expect.stringMatching(/^\[REBUILD_STOPPED\] .*no deposit is negative/)])
    const { code, out } = await projection(['rebuild', 'Balance', '--skip', '--json'])
    expect([code, JSON.parse(out)]).toEqual([1, expect.objectContaining({ read: 3, skipped: 1, rowsAfter: 1, isResumed: true })])
  })

  test('is called with a projection, a number of events, and nobody who writes where that matters', async () => {
    await deposit(5)
    expect((await projection(['rebuild'])).code).toBe(2)
    expect(await projection(['rebuild', 'Balance', '--batch', 'x'])).toMatchObject({ code: 2, err: expect.stringContaining('--batch x') })
    const unknown = await projection(['rebuild', 'Balances'])
    expect(unknown.err).toMatch(/^\[NOT_A_PROJECTION\] Balances is no projection of the domain Bank, which has Balance\./)
    const sync = { BANK_EVENTS: 'sync' }
    expect((await projection(['rebuild', 'Balance'], sync)).err).toMatch(/^\[REBUILD_NEEDS_ENGINE\]/)
    expect((await projection(['rebuild', 'Balance', '--writers-stopped'], sync)).code).toBe(0)
  })
})
