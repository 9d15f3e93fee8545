import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'redis'
import { expect } from 'vitest'

/** Whether there is a Redis server to be started. */
export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0
}

/** A Redis server of our own, that may be killed. What it was told, it remembers from its file. */
export class OwnRedis {
  readonly #folder: string
  readonly #port: number
  #server: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
  }

  static async started(): Promise<OwnRedis> {
    const redis = new OwnRedis(await mkdtemp(join(tmpdir(), 'proteanjs-redis-')), await freePort())
    await redis.start()
    return redis
  }

  get uri(): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    const options = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#folder, '--appendonly', 'yes', '--save', '']
    this.#server = spawn('redis-server', options, { stdio: 'ignore' })
    await expect.poll(() => this.#send('PING').catch(() => undefined), { timeout: 10_000, interval: 20 }).toBe('PONG')
  }

  async kill(): Promise<void> {
    const server = this.#server
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGKILL')
    await once(server, 'exit')
  }

  /** Ends every connection but the one that says so. */
  async cutConnections(): Promise<void> {
    await this.#send('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  }

  async close(): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #send(...command: string[]): Promise<unknown> {
    const client = createClient({ url: this.uri, RESP: 2, socket: { reconnectStrategy: false, connectTimeout: 1000 } })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return await client.sendCommand(command)
    } finally {
      client.destroy()
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
