import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually, handlerGate, RunningServer, reExported } from './running-server.ts'
import { sharedLedger } from './shared-ledger.ts'

type Shared = Awaited<ReturnType<typeof sharedLedger>>

let cwd: string
let env: Record<string, string>
let ledger: Shared['ledger']
let close: Shared['close']

beforeEach(async () => {
  ;({ cwd, env, ledger, close } = await sharedLedger())
})

afterEach(() => close())

const submit = (account: string, amount: number) => ledger.domain.process(new ledger.Enter({ account, amount }), { asynchronous: true })

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('protean server --workers', { timeout: 120_000 }, () => {
  test('starts a killed worker again, and another takes over what it had in hand (R3.33)', async () => {
    await using gate = await handlerGate()
    await submit('a', 1)
    await using server = new RunningServer(['--workers', '2'], { cwd, env: { ...env, LEDGER_GATE: gate.url } })
    await eventually(() => gate.waiting.length).toBe(1)
    await server.until('engine.started', 2)
    await eventually(async () => (await server.probe()).status).toBe(200)
    process.kill(gate.waiting[0] as number, 'SIGKILL')
    expect(await server.until('worker.restarting')).toMatchObject([{ message: expect.stringMatching(/was ended by SIGKILL/) }])
    gate.open()
    await eventually(() => ledger.balanceOf('a')).toEqual([1])
    await server.until('engine.started', 3)
    await eventually(() => server.probe()).toMatchObject({ status: 200, body: { status: 'ok' } })
    const { body } = await server.probe()
    const { processes } = body as { processes: { restarts: number }[] }
    expect(processes.map(({ restarts }) => restarts).sort()).toEqual([0, 1])
    expect(await server.stop()).toBe(0)
    expect(server.out).toBe('ledger: stopped.\n')
    expect(server.logged('engine.stopped')).toHaveLength(2)
  })

  test('waits for what workers have in hand, and says meanwhile that it is shutting down, on one port for all (R3.34)', async () => {
    await using gate = await handlerGate()
    await submit('a', 1)
    await using server = new RunningServer(['--workers', '2', '--json'], { cwd, env: { ...env, LEDGER_GATE: gate.url } })
    await eventually(() => gate.waiting.length).toBe(1)
    await server.until('engine.started', 2)
    // As a terminal does, which sends its signal to all: the one that the supervisor then sends is no second one.
    process.kill(gate.waiting[0] as number, 'SIGINT')
    const ended = server.stop('SIGINT')
    await server.until('server.stopping')
    await server.until('engine.stopping', 2)
    expect(await server.probe()).toEqual({ status: 503, body: { status: 'unavailable', checks: { shutting_down: true } } })
    gate.open()
    expect(await ended).toBe(0)
    expect(JSON.parse(server.out)).toEqual({ domain: 'ledger', isDrained: true })
    expect(await ledger.balanceOf('a')).toEqual([1])
  })

  test('kills all workers for a second signal', async () => {
    await using gate = await handlerGate()
    await submit('a', 1)
    await using server = new RunningServer(['--workers', '2'], { cwd, env: { ...env, LEDGER_GATE: gate.url } })
    await eventually(() => gate.waiting.length).toBe(1)
    server.process.kill('SIGTERM')
    await server.until('engine.stopping')
    expect(await server.stop('SIGTERM')).toBe(1)
    expect(isRunning(gate.waiting[0] as number)).toBe(false)
    expect(await ledger.balanceOf('a')).toEqual([])
  })

  test('leaves no workers behind when it is killed itself', async () => {
    await using server = new RunningServer(['--workers', '2'], { cwd, env })
    const pids = (await server.until('engine.started', 2)).map(({ pid }) => pid as number)
    server.process.kill('SIGKILL')
    try {
      await eventually(() => pids.filter(isRunning)).toEqual([])
    } finally {
      for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL')
    }
  })

  test('tries for ever to start workers that cannot open the database, and is not ready meanwhile', async () => {
    await using server = new RunningServer(['--workers', '2'], { cwd, env: { LEDGER_DATABASE: 'sqlite:////nowhere/at/all/ledger.db' } })
    await server.until('worker.restarting', 4)
    expect(server.err).toMatch(/^\[CANNOT_OPEN\] /m)
    expect(await server.probe()).toMatchObject({ status: 503, body: { status: 'degraded' } })
    server.process.kill('SIGTERM')
    await server.ended
    expect(server.logged('engine.started')).toEqual([])
  })

  test('says that a database in memory is not shared', async () => {
    await using server = new RunningServer(['--workers', '2'], { cwd })
    expect(await server.until('server.memory')).toMatchObject([{ level: 'warn' }])
    await server.port()
    expect(await server.stop()).toBe(0)
  })
})

describe('protean server --reload', { timeout: 120_000 }, () => {
  test('starts its worker anew when sources change, and waits where they cannot be run', async () => {
    const domain = join(cwd, 'domain.ts')
    await writeFile(domain, reExported('ledger'))
    await using server = new RunningServer(['--reload'], { cwd, env, domain })
    await server.until('engine.started')
    await writeFile(domain, `${reExported('ledger')}// changed\n`)
    const started = await server.until('engine.started', 2)
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(2)
    await submit('a', 1)
    await eventually(() => ledger.balanceOf('a')).toEqual([1])
    await writeFile(domain, 'export const domain =')
    await server.until('worker.ended')
    expect(server.err).toMatch(/SyntaxError/)
    expect(await server.probe()).toMatchObject({ status: 503, body: { checks: { restarting: true } } })
    await writeFile(domain, reExported('ledger'))
    await server.until('engine.started', 3)
    await eventually(() => server.probe()).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await server.stop('SIGINT')).toBe(0)
  })
})
