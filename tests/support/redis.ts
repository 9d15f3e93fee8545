import { createClient } from 'redis'
import { afterAll, describe, test } from 'vitest'

/** A server for tests, with everything that one test file leaves on it gone afterwards. */
export interface RedisServer {
  readonly uri: string
  /** A key prefix that nobody else uses. */
  prefix(): string
  /** Sends one command as the administrator. */
  admin(...command: string[]): Promise<unknown>
}

const CONFIGURED = process.env.PROTEAN_TEST_REDIS ?? 'redis://127.0.0.1:6379'

/**
 * Tests that need a Redis server: the one at PROTEAN_TEST_REDIS, or the usual place. Where there is none they are skipped, visibly; with CI=true they fail.
 */
export function describeRedis(name: string, body: (server: RedisServer) => void): void {
  const connecting = connect()
  describe(name, async () => {
    const admin = await connecting
    if (typeof admin === 'string') {
      const reason = `no Redis server answers at ${CONFIGURED.replace(/:[^:@/]*@/, ':…@')} (${admin})`
      test(reason, (context) => {
        if (process.env.CI === 'true') throw new Error(reason)
        context.skip(reason)
      })
      return
    }
    const root = `test-${process.pid}-${Math.random().toString(36).slice(2, 10)}`
    let prefixes = 0
    afterAll(async () => {
      for await (const keys of admin.scanIterator({ MATCH: `${root}*`, COUNT: 1000 })) if (keys.length > 0) await admin.unlink(keys)
      await admin.close()
    })
    body({
      uri: CONFIGURED,
      prefix() {
        prefixes += 1
        return `${root}-${prefixes}`
      },
      admin: (...command) => admin.sendCommand(command),
    })
  })
}

async function connect() {
  const client = createClient({ url: CONFIGURED, RESP: 2, socket: { reconnectStrategy: false, connectTimeout: 2000 } })
  client.on('error', () => undefined)
  try {
    return await client.connect()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
