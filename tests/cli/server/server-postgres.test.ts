import { afterEach, beforeEach, expect, test } from 'vitest'
import { describePostgres } from '../../support/postgres.ts'
import { TcpProxy } from '../../support/tcp-proxy.ts'
import { protean } from '../protean.ts'
import { eventually, handlerGate, RunningServer } from './running-server.ts'
import { sharedLedger } from './shared-ledger.ts'

type Shared = Awaited<ReturnType<typeof sharedLedger>>

describePostgres('protean server on PostgreSQL', (server) => {
  let cwd: string
  let env: Record<string, string>
  let ledger: Shared['ledger']
  let close: Shared['close']

  beforeEach(async () => {
    ;({ cwd, env, ledger, close } = await sharedLedger({ uri: server.uri, schema: server.schema() }))
  })

  afterEach(() => close())

  const submit = (account: string, amount: number) => ledger.domain.process(new ledger.Enter({ account, amount }), { asynchronous: true })

  const through = (proxy: TcpProxy) => {
    const uri = new URL(server.uri)
    uri.host = `127.0.0.1:${proxy.port}`
    return uri.href
  }

  test('several workers share the work; one that is killed loses and doubles nothing', { timeout: 120_000 }, async () => {
    await using gate = await handlerGate()
    const amounts = [...Array(30).keys()]
    for (const amount of amounts) await submit(`a${amount % 3}`, amount)
    await using running = new RunningServer(['--workers', '2'], { cwd, env: { ...env, LEDGER_GATE: gate.url } })
    await eventually(() => gate.waiting.length).toBe(3)
    process.kill(gate.waiting[0] as number, 'SIGKILL')
    gate.open()
    const booked = async () => (await Promise.all(['a0', 'a1', 'a2'].map(ledger.balanceOf))).flat()
    await eventually(async () => (await booked()).length).toBe(amounts.length)
    expect((await booked()).sort((one, other) => one - other)).toEqual(amounts)
    await running.until('engine.started', 3)
    await eventually(() => running.probe()).toMatchObject({ status: 200, body: { checks: { subscriptions: { lagging: 0 } } } })
    expect(await running.stop()).toBe(0)
  })

  test('ends, with 1, though the database has fallen silent', { timeout: 120_000 }, async () => {
    const proxy = new TcpProxy(new URL(server.uri), 5432)
    await proxy.start()
    try {
      await using running = new RunningServer([], { cwd, env: { ...env, LEDGER_DATABASE: through(proxy), LEDGER_DRAIN: '0.2' } })
      await eventually(() => running.probe()).toMatchObject({ status: 200 })
      proxy.fallSilent()
      await eventually(() => running.probe()).toMatchObject({ status: 503, body: { checks: { providers: { default: 'timeout' } } } })
      expect(await running.stop()).toBe(1)
    } finally {
      await proxy.stop()
    }
  })

  test('is not ready while the database cannot be reached, and works again when it can', { timeout: 120_000 }, async () => {
    const proxy = new TcpProxy(new URL(server.uri), 5432)
    await proxy.start()
    await using running = new RunningServer([], { cwd, env: { ...env, LEDGER_DATABASE: through(proxy) } })
    try {
      await eventually(() => running.probe()).toMatchObject({ status: 200 })
      await proxy.stop()
      await eventually(() => running.probe()).toMatchObject({ status: 503, body: { checks: { providers: { default: 'unreachable' } } } })
      expect((await running.probe('/livez')).status).toBe(200)
      await proxy.start()
      await submit('a', 1)
      await eventually(() => ledger.balanceOf('a')).toEqual([1])
      await eventually(() => running.probe()).toMatchObject({ status: 200, body: { checks: { workers: {} } } })
      expect(await running.stop()).toBe(0)
    } finally {
      await proxy.stop()
    }
  })

  test('says of a database that does not answer that it is so, without a stack, and ends with 1', { timeout: 60_000 }, async () => {
    const nowhere = { LEDGER_DATABASE: 'postgresql://postgres@127.0.0.1:1/test' }
    const { code, err } = await protean(['server', '--domain', 'tests/cli/domains/ledger.ts'], { env: nowhere })
    expect([code, err]).toEqual([1, expect.stringMatching(/^\[CONNECTION_FAILED\] .*\n$/)])
  })
})
