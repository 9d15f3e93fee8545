import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Domain, deadLetters } from 'proteanjs'
import { expect, test } from 'vitest'
import { workerId } from '../../../src/engine/worker-row.ts'
import { WORKER_CLUSTER } from '../../../src/handlers/engine-tables.ts'
import { declareLedger } from '../../support/ledger-domain.ts'
import { describePostgres } from '../../support/postgres.ts'
import { configFor } from './ledger-config.ts'

const ACCOUNTS = ['a', 'b', 'c', 'd', 'e']
const COMMANDS = 300
const KILLS = 5

describePostgres('engines in processes of their own', (server) => {
  test('G7: whichever is killed, whenever, nothing is lost, nothing happens twice, and another takes over', {
    timeout: 120_000,
  }, async () => {
    const schema = server.schema()
    const domain = new Domain('ledger', { config: configFor(server.uri, schema) })
    const { Enter, balanceOf } = declareLedger(domain)
    await domain.init()
    const provider = domain.providers.get('default')
    await provider?.createDatabaseArtifacts()
    const children = new Map<number, ChildProcess>()
    const start = () => {
      const script = fileURLToPath(new URL('engine-child.ts', import.meta.url))
      const child = spawn(process.execPath, ['--no-warnings', '--conditions=proteanjs-source', script, server.uri, schema], {
        stdio: 'inherit',
      })
      children.set(child.pid as number, child)
    }
    const holder = async () => {
      const [found] = (await provider?.database.load(WORKER_CLUSTER, [workerId('ledger', 'Bookings')])) ?? []
      const pid = /^pid-(\d+):/.exec(String(found?.row.owner))?.[1]
      return pid === undefined ? undefined : children.get(Number(pid))
    }
    const entries = () => Promise.all(ACCOUNTS.map((account) => balanceOf(account)))
    const booked = async () => (await entries()).flat().length
    try {
      start()
      start()
      for (let amount = 0; amount < COMMANDS; amount += 1) {
        await domain.process(new Enter({ account: ACCOUNTS[amount % ACCOUNTS.length] as string, amount }))
      }
      for (let kill = 1; kill <= KILLS; kill += 1) {
        await expect.poll(booked, { timeout: 30_000, interval: 2 }).toBeGreaterThanOrEqual((kill * COMMANDS) / (KILLS * 2))
        await expect.poll(holder, { timeout: 30_000, interval: 20 }).toBeDefined()
        const child = (await holder()) as ChildProcess
        children.delete(child.pid as number)
        child.kill('SIGKILL')
        start()
      }
      await expect.poll(booked, { timeout: 60_000, interval: 100 }).toBe(COMMANDS)
      const expected = ACCOUNTS.map((_, at) => [...Array(COMMANDS).keys()].filter((amount) => amount % ACCOUNTS.length === at))
      expect(await entries()).toEqual(expected)
      expect(await deadLetters(domain).count()).toBe(0)
    } finally {
      for (const child of children.values()) child.kill('SIGKILL')
      await Promise.all(
        [...children.values()].map((child) => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined)),
      )
      await domain.close()
    }
  })
})
