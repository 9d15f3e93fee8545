import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ConfigInput } from 'proteanjs'
import { Domain, deadLetters, Engine } from 'proteanjs'
import { expect } from 'vitest'
import { declareLedger } from '../support/ledger-domain.ts'

export interface PartedPlaces {
  readonly databaseUri: string
  readonly schema: string
  /** Handlers read from the log where it is left out. */
  readonly redis?: { readonly uri: string; readonly keyPrefix: string }
  readonly sequentialBy?: string
  readonly partitions: number
}

const ACCOUNTS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const COMMANDS = 240
const PATIENCE = { timeout: 60_000, interval: 20 }

/** Commands and bookings in parts, with leases short enough for a test that waits for them. */
export function partedConfig({ databaseUri, schema, redis, partitions }: PartedPlaces): ConfigInput {
  return {
    databases: { default: { provider: 'postgresql', databaseUri, schema } },
    ...(redis === undefined ? {} : { brokers: { default: { provider: 'redis', ...redis } } }),
    server: {
      ...(redis === undefined ? {} : { defaultSubscriptionType: 'stream' }),
      messagesPerTick: 10,
      concurrency: 4,
      partitioning: { leaseTtlMs: 1000, heartbeatIntervalSeconds: 0.2 },
      subscriptions: { Bookings: { partitions }, AccountCommands: { partitions } },
    },
  }
}

/** Processes share the parts of a ledger's work, are killed, and are replaced by others that divide it anew: everything is booked once and in order. */
export async function killThoseThatShare(places: PartedPlaces): Promise<void> {
  const domain = new Domain('ledger', { config: partedConfig(places) })
  const { Enter, balanceOf } = declareLedger(domain, places.sequentialBy === undefined ? {} : { sequentialBy: places.sequentialBy })
  await domain.init()
  await domain.providers.get('default')?.createDatabaseArtifacts()
  const children: ChildProcess[] = []
  const start = (partitions: number) => {
    const script = fileURLToPath(new URL('parted-child.ts', import.meta.url))
    const options = ['--no-warnings', '--conditions=proteanjs-source', script, JSON.stringify({ ...places, partitions })]
    children.push(spawn(process.execPath, options, { stdio: 'inherit' }))
  }
  const kill = () => children.shift()?.kill('SIGKILL')
  const entries = () => Promise.all(ACCOUNTS.map((account) => balanceOf(account)))
  const booked = async () => (await entries()).flat().length
  const statusOf = async (name: string) => (await new Engine(domain).status()).find((status) => status.name === name)
  const owners = async () => new Set((await statusOf('Bookings'))?.parts?.map(({ owner }) => owner))
  const send = async (from: number, to: number) => {
    for (let amount = from; amount < to; amount += 1)
      await domain.process(new Enter({ account: ACCOUNTS[amount % ACCOUNTS.length] as string, amount }))
  }
  try {
    for (let count = 0; count < 3; count += 1) start(places.partitions)
    await expect.poll(async () => (await owners()).size, PATIENCE).toBeGreaterThanOrEqual(2)
    await send(0, COMMANDS / 2)
    for (let count = 1; count <= 2; count += 1) {
      await expect.poll(booked, PATIENCE).toBeGreaterThanOrEqual(count * 20)
      kill()
      start(places.partitions)
    }
    await send(COMMANDS / 2, COMMANDS)
    await expect.poll(booked, PATIENCE).toBeGreaterThanOrEqual(COMMANDS / 2)
    // Those that come have to wait until all that were there are gone.
    const old = children.length
    for (let count = 0; count < 2; count += 1) start(places.partitions + 1)
    for (let count = 0; count < old; count += 1) kill()
    await expect.poll(booked, PATIENCE).toBe(COMMANDS)
    expect(await entries()).toEqual(
      ACCOUNTS.map((_, at) => [...Array(COMMANDS).keys()].filter((amount) => amount % ACCOUNTS.length === at)),
    )
    expect(await deadLetters(domain).count()).toBe(0)
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map((child) => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined)))
    await domain.close()
  }
}
