import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { domainFile, protean } from '../protean.ts'
import { eventually, handlerGate, RunningServer, reExported } from './running-server.ts'
import { sharedLedger } from './shared-ledger.ts'

type Shared = Awaited<ReturnType<typeof sharedLedger>>

const SHUTTING_DOWN = { status: 503, body: { status: 'unavailable', checks: { shutting_down: true } } }

let cwd: string
let env: Record<string, string>
let ledger: Shared['ledger']
let close: Shared['close']

/** The database that the processes share, with the tables of the domain, and a way to look into it. */
beforeEach(async () => {
  ;({ cwd, env, ledger, close } = await sharedLedger())
})

afterEach(() => close())

const submit = (account: string, amount: number) => ledger.domain.process(new ledger.Enter({ account, amount }), { asynchronous: true })

// Every server is a process, several with workers.
describe('protean server', { timeout: 120_000 }, () => {
  test('works until it is asked to end, finishes what it has in hand, and answers probes until then (R3.35)', async () => {
    await using gate = await handlerGate()
    await submit('a', 1)
    await submit('b', 2)
    await using server = new RunningServer([], { cwd, env: { ...env, LEDGER_GATE: gate.url } })
    await eventually(() => gate.waiting.length).toBe(2)
    expect(await server.probe()).toMatchObject({
      status: 200,
      body: { status: 'ok', checks: { providers: { default: 'ok' }, subscriptions: { total: 4, lagging: 1 } } },
    })
    const ended = server.stop()
    await server.until('engine.stopping')
    expect(await server.probe()).toEqual(SHUTTING_DOWN)
    expect((await server.probe('/livez')).status).toBe(200)
    await submit('c', 3)
    gate.open()
    expect(await ended).toBe(0)
    expect(server.out).toBe('ledger: stopped.\n')
    expect(server.logged('engine.stopped')).toMatchObject([{ isDrained: true }])
    // What had begun is done, and nothing else was begun.
    expect(await Promise.all(['a', 'b', 'c'].map(ledger.balanceOf))).toEqual([[1], [2], []])
  })

  test('ends at once for a second signal, with 1, and nothing is lost or done by halves', async () => {
    await using gate = await handlerGate()
    await submit('a', 1)
    await using server = new RunningServer(['--json'], { cwd, env: { ...env, LEDGER_GATE: gate.url } })
    await eventually(() => gate.waiting.length).toBe(1)
    server.process.kill('SIGINT')
    await server.until('engine.stopping')
    expect(await server.stop('SIGINT')).toBe(1)
    expect(await ledger.balanceOf('a')).toEqual([])
    gate.open()
    await using next = new RunningServer([], { cwd, env: { ...env, LEDGER_GATE: gate.url } })
    await eventually(() => ledger.balanceOf('a')).toEqual([1])
    expect(await next.stop()).toBe(0)
  })

  test('leaves a handler that does not come to an end in time, and ends with 1', async () => {
    await using gate = await handlerGate()
    await submit('a', 1)
    await using server = new RunningServer(['--json'], { cwd, env: { ...env, LEDGER_GATE: gate.url, LEDGER_DRAIN: '0.2' } })
    await eventually(() => gate.waiting.length).toBe(1)
    expect(await server.stop()).toBe(1)
    expect(JSON.parse(server.out)).toEqual({ domain: 'ledger', isDrained: false })
  })

  test('goes on without probes where the port is taken, and says so', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    await using server = new RunningServer([], { cwd, env: { ...env, LEDGER_PORT: String(port) } })
    await server.until('health.unavailable')
    await submit('a', 1)
    await eventually(() => ledger.balanceOf('a')).toEqual([1])
    expect(await server.stop()).toBe(0)
    await new Promise((resolve) => taken.close(resolve))
  })

  test('says of a domain without handlers that there is nothing to do', async () => {
    await using server = new RunningServer([], { cwd, domain: `${domainFile('several')}:shop` })
    expect(await server.until('engine.no_subscriptions')).toMatchObject([{ level: 'warn' }])
    expect(await server.stop()).toBe(0)
  })

  test('says what is wrong with a domain that cannot be initialised, and ends with 1', async () => {
    const nowhere = { LEDGER_DATABASE: 'sqlite:////nowhere/at/all/ledger.db' }
    const { code, err } = await protean(['server', '--domain', 'tests/cli/domains/ledger.ts'], { env: nowhere })
    expect([code, err]).toEqual([1, expect.stringMatching(/^\[CANNOT_OPEN\] Database "default" \(sqlite\) cannot open .*\n$/)])
  })

  test('stops, with 1, when an error in a module of the domain is caught by nobody', async () => {
    const domain = join(cwd, 'domain.ts')
    await writeFile(domain, `${reExported('ledger')}process.on('SIGUSR2', () => { throw new Error('stray') })\n`)
    await using server = new RunningServer([], { cwd, env, domain })
    await server.until('engine.started')
    server.process.kill('SIGUSR2')
    expect(await server.ended).toBe(1)
    expect(server.logged('server.uncaught')).toMatchObject([{ level: 'error', error: { message: 'stray' } }])
    expect(server.logged('engine.stopped')).toHaveLength(1)
  })
})

describe('protean server --test-mode', { timeout: 60_000 }, () => {
  const testMode = (...args: string[]) => protean(['server', '--test-mode', '--domain', 'tests/cli/domains/ledger.ts', ...args], { env })

  test('does all that there is to do, and ends with 0', async () => {
    await submit('a', 1)
    await submit('a', 2)
    expect(await testMode()).toEqual({ code: 0, out: 'ledger: nothing is left to do.\n', err: '' })
    expect(await ledger.balanceOf('a')).toEqual([1, 2])
  })

  test('ends with 1 and says what failed, when something did', async () => {
    await submit('a', -1)
    await submit('b', 2)
    const { code, out } = await testMode()
    expect(code).toBe(1)
    expect(out).toMatch(
      /^Bookings failed on Ledger\.Entered\.v1 of \S+-a \(\S+\), attempt 1: Error: no debts\nledger: nothing is left to do; 1 failed\.\n$/,
    )
    expect(await ledger.balanceOf('b')).toEqual([2])
  })

  test('says the same to a program', async () => {
    await submit('a', -1)
    const { code, out } = await testMode('--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ domain: 'ledger', failures: [{ handler: 'Bookings', attempt: 1, error: 'Error: no debts' }] })
  })
})
