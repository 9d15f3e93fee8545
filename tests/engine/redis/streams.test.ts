import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Domain, deadLetters, Engine, Priority } from 'proteanjs'
import { expect, test } from 'vitest'
import type { Broker } from '../../../src/ports/broker.ts'
import { declareLedger } from '../../support/ledger-domain.ts'
import { describePostgres } from '../../support/postgres.ts'
import { describeRedis } from '../../support/redis.ts'
import { TcpProxy } from '../../support/tcp-proxy.ts'
import type { Places } from './streams-config.ts'
import { streamsConfig } from './streams-config.ts'

const ACCOUNTS = ['a', 'b', 'c', 'd', 'e']
const PRIORITIES = [Priority.NORMAL, Priority.BULK, Priority.HIGH]
const STREAM = 'ledger::account'
/** Milliseconds. Reads wait for five seconds. */
const LESS_THAN_A_WAIT = 3000
const PATIENCE = { timeout: 60_000, interval: 20 }

describePostgres('PostgreSQL', (postgres) => {
  describeRedis('and Redis', (redis) => {
    const places = (): Places => ({
      databaseUri: postgres.uri,
      schema: postgres.schema(),
      redisUri: redis.uri,
      keyPrefix: redis.prefix(),
    })

    /** A ledger, with engines in this process that stop at the end. */
    async function withLedger(where: Places, body: (ledger: Awaited<ReturnType<typeof open>>) => Promise<void>): Promise<void> {
      const ledger = await open(where)
      try {
        await body(ledger)
      } finally {
        for (const { engine, ended } of ledger.running) {
          await engine.stop()
          await ended
        }
        await ledger.domain.close()
      }
    }

    async function open(where: Places) {
      const domain = new Domain('ledger', { config: streamsConfig(where) })
      const ledger = declareLedger(domain)
      await domain.init()
      await domain.providers.get('default')?.createDatabaseArtifacts()
      const running: { readonly engine: Engine; readonly ended: Promise<void> }[] = []
      const start = () => {
        const engine = new Engine(domain)
        running.push({ engine, ended: engine.run() })
        return engine
      }
      /** Numbers the amounts, over all accounts and priorities. */
      const send = async (from: number, to: number) => {
        for (let amount = from; amount < to; amount += 1) {
          const command = new ledger.Enter({ account: ACCOUNTS[amount % ACCOUNTS.length] as string, amount })
          await domain.process(command, { priority: PRIORITIES[amount % PRIORITIES.length] as number })
        }
      }
      const balances = () => Promise.all(ACCOUNTS.map((account) => ledger.balanceOf(account)))
      const booked = async () => (await balances()).flat().length
      const inOrder = (count: number) =>
        ACCOUNTS.map((_, at) => [...Array(count).keys()].filter((amount) => amount % ACCOUNTS.length === at))
      const broker = domain.brokers.get('default') as Broker
      return { ...ledger, running, start, send, balances, booked, inOrder, broker }
    }

    test('commands and events of all priorities go through streams, each once and in order, and what is dealt with is acknowledged', () =>
      withLedger(places(), async ({ domain, start, send, balances, booked, inOrder, broker }) => {
        start()
        await send(0, 60)
        await expect.poll(booked, PATIENCE).toBe(60)
        expect(await balances()).toEqual(inOrder(60))
        for (const stream of [STREAM, `${STREAM}:backfill`])
          await expect.poll(async () => (await broker.backlog(stream, 'ledger:Bookings', 100)).count, PATIENCE).toBe(0)
        expect(await deadLetters(domain).count()).toBe(0)
      }))

    test('what may wait is handled while nothing urgent comes, and an engine that waits for messages stops at once (R2.31)', () =>
      withLedger(places(), async ({ domain, Enter, start, booked }) => {
        const engine = start()
        for (let amount = 1; amount <= 3; amount += 1) {
          await domain.process(new Enter({ account: 'a', amount }), { priority: Priority.BULK })
          await expect.poll(booked, { timeout: LESS_THAN_A_WAIT, interval: 5 }).toBe(amount)
        }
        await expect(Promise.race([engine.stop().then(() => 'stopped'), setTimeout(LESS_THAN_A_WAIT, 'waits')])).resolves.toBe('stopped')
      }))

    test('what was flushed before anybody read it is read from the log', () =>
      withLedger(places(), async ({ start, send, work, balances, booked, inOrder, broker }) => {
        await send(0, 10)
        await work()
        await send(10, 20)
        await broker.resetData()
        start()
        await broker.resetData()
        await send(20, 30)
        await expect.poll(booked, PATIENCE).toBe(30)
        expect(await balances()).toEqual(inOrder(30))
      }))

    test('and what was trimmed, too', () =>
      withLedger(places(), async ({ start, send, work, balances, booked, inOrder, broker }) => {
        await send(0, 10)
        await work()
        await send(10, 30)
        const engine = start()
        await engine.pause('Bookings')
        await expect.poll(() => broker.length(STREAM), PATIENCE).toBeGreaterThan(7)
        await redis.admin('XTRIM', ((await redis.admin('KEYS', `*${STREAM}`)) as string[]).at(-1) as string, 'MAXLEN', '0')
        await engine.resume('Bookings')
        await send(30, 40)
        await expect.poll(booked, PATIENCE).toBe(40)
        expect(await balances()).toEqual(inOrder(40))
      }))

    test('a connection that is cut again and again delays messages, and loses none', { timeout: 120_000 }, async () => {
      const proxy = new TcpProxy(new URL(redis.uri), 6379)
      await proxy.start()
      try {
        const where = { ...places(), redisUri: `redis://127.0.0.1:${proxy.port}` }
        await withLedger(where, async ({ domain, start, send, balances, booked, inOrder }) => {
          start()
          for (let cut = 0; cut < 4; cut += 1) {
            const sending = send(cut * 20, cut * 20 + 20)
            await expect.poll(booked, PATIENCE).toBeGreaterThanOrEqual(cut * 20 + 5)
            await proxy.stop()
            await sending
            await proxy.start()
            await expect.poll(booked, PATIENCE).toBe(cut * 20 + 20)
          }
          expect(await balances()).toEqual(inOrder(80))
          expect(await deadLetters(domain).count()).toBe(0)
        })
      } finally {
        await proxy.stop()
      }
    })

    test('G7: engines are killed, whichever and whenever: nothing is lost, nothing happens twice', { timeout: 120_000 }, async () => {
      const where = places()
      const children: ChildProcess[] = []
      const spawnOne = () => {
        const script = fileURLToPath(new URL('streams-child.ts', import.meta.url))
        const { databaseUri, schema, redisUri, keyPrefix } = where
        const flags = ['--no-warnings', '--conditions=proteanjs-source']
        children.push(spawn(process.execPath, [...flags, script, databaseUri, schema, redisUri, keyPrefix], { stdio: 'inherit' }))
      }
      await withLedger(where, async ({ domain, send, balances, booked, inOrder }) => {
        try {
          spawnOne()
          spawnOne()
          await send(0, 150)
          for (let kill = 1; kill <= 4; kill += 1) {
            await expect.poll(booked, PATIENCE).toBeGreaterThanOrEqual(kill * 30)
            children.shift()?.kill('SIGKILL')
            spawnOne()
          }
          await expect.poll(booked, PATIENCE).toBe(150)
          expect(await balances()).toEqual(inOrder(150))
          expect(await deadLetters(domain).count()).toBe(0)
        } finally {
          for (const child of children) {
            child.kill('SIGKILL')
            if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
          }
        }
      })
    })
  })
})
