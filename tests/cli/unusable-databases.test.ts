import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusingServer, silentServer } from '../adapters/postgres/fake-server.ts'
import { domainFile, protean } from './protean.ts'

const PASSWORD = 's3cret'

let refusing: Awaited<ReturnType<typeof refusingServer>>
let closedPort: number
let cwd: string

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'protean-unusable-'))
  refusing = await refusingServer()
  const gone = await silentServer()
  closedPort = gone.port
  await gone.close()
})

afterAll(async () => {
  await refusing.close()
  await rm(cwd, { recursive: true, force: true })
})

const uriAt = (port: number) => `postgresql://ann:${PASSWORD}@127.0.0.1:${port}/shop`
const withoutDrivers = `--import=${join(import.meta.dirname, 'without-drivers.mjs')}`

/** What is wrong, with the environment that makes it so, and the line that says it. */
const CASES = [
  {
    what: 'a driver that is not installed',
    env: () => ({ LEDGER_DATABASE: uriAt(closedPort), NODE_OPTIONS: withoutDrivers }),
    line: /^\[DRIVER_MISSING\] databases\.default: .*Install it: npm install pg\.$/,
  },
  {
    what: 'a wrong password',
    env: () => ({ LEDGER_DATABASE: uriAt(refusing.port) }),
    line: /^\[AUTHENTICATION_FAILED\] .*database "default".*for user "ann".*Correct user and password in its URI\.$/,
  },
  {
    what: 'a server that is not there',
    env: () => ({ LEDGER_DATABASE: uriAt(closedPort) }),
    line: /^\[CONNECTION_FAILED\] .*database "default".*ECONNREFUSED.*See that it runs at the configured address\.$/,
  },
]

describe.each(['db status', 'server'])('protean %s', { timeout: 60_000 }, (command) => {
  const run = (env: Readonly<Record<string, string>>) => protean([...command.split(' '), '--domain', domainFile('ledger')], { cwd, env })

  test.each(CASES)('says of $what that it is so, in one line that names the fix, and ends with 1', async ({ env, line }) => {
    const { code, out, err } = await run(env())
    expect([code, out]).toEqual([1, ''])
    expect(err.trimEnd()).toMatch(line)
    expect(err).not.toContain(PASSWORD)
  })
})

describe('tables that nobody has created', { timeout: 60_000 }, () => {
  const run = (command: string) =>
    protean([...command.split(' '), '--domain', domainFile('ledger')], {
      cwd,
      env: { LEDGER_DATABASE: `sqlite:///${join(cwd, 'empty.db')}` },
    })

  test.each(['server', 'server --test-mode'])('end protean %s at once, with one line that names the fix', async (command) => {
    const { code, out, err } = await run(command)
    expect([code, out]).toEqual([1, ''])
    expect(err.trimEnd()).toMatch(/^\[MISSING_TABLE\] Database "default" \(sqlite\) has no table protean_worker: .*"protean db create"\.$/)
  })

  test('are what protean db status names, with what creates them', async () => {
    const { code, out, err } = await run('db status')
    expect([code, err]).toEqual([1, ''])
    const [first, ...others] = out.trimEnd().split('\n')
    expect(first).toMatch(
      /^Database "default" \(sqlite\): its tables are not those of the domain\. "protean db create" makes tables that are missing/,
    )
    expect(others).toContain('  to do: Creates the table account of Account.')
  })
})
