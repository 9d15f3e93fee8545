/**
 * Everything that can die, dies, at random, while commands keep coming: workers, connections, Redis. An independent checker then reads what happened.
 * CHAOS_SEED repeats the choices of a run; when a process gets where it is killed, no seed can say.
 */
import { expect, test } from 'vitest'
import { describePostgres } from '../support/postgres.ts'
import { hasRedisServer, OwnRedis } from './own-redis.ts'
import type { ChaosOptions } from './run-chaos.ts'
import { runChaos } from './run-chaos.ts'

const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise)
const seed = number('CHAOS_SEED', Math.floor(Math.random() * 2 ** 32))
const seconds = number('CHAOS_SECONDS', 16) / 2
const commands = Math.ceil(number('CHAOS_COMMANDS', 600) / 2)
const patienceSeconds = number('CHAOS_PATIENCE_SECONDS', 60)
const MAX_ROWS = 20
const REST_SECONDS = 60

describePostgres(`chaos, seed ${seed}`, (postgres) => {
  const limits = { timeout: (seconds + patienceSeconds + REST_SECONDS) * 1000 }

  async function survives(options: Pick<ChaosOptions, 'redis' | 'workers'>): Promise<void> {
    const began = performance.now()
    const { findings, disturbances, crashes, history, recoveredMs } = await runChaos({
      postgres,
      seed,
      commands,
      seconds,
      patienceSeconds,
      ...options,
    })
    const figures = {
      seed,
      ...options,
      redis: options.redis !== undefined,
      seconds: Math.round((performance.now() - began) / 1000),
      messages: history.log.length,
      effects: history.effects.length,
      deadLetters: history.failures.length,
      recoveredMs,
      disturbances: Object.fromEntries(disturbances),
    }
    console.info('chaos:', JSON.stringify(figures))
    const shown = findings.map(({ rule, rows }) => `${rule} (${rows.length}): ${JSON.stringify(rows.slice(0, MAX_ROWS), undefined, 1)}`)
    expect(shown.join('\n'), `with CHAOS_SEED=${seed}`).toBe('')
    expect(disturbances.size, 'nothing was disturbed').toBeGreaterThan(0)
    expect(crashes, `with CHAOS_SEED=${seed}`).toEqual([])
  }

  test('on event-store subscriptions: nothing is lost, doubled or out of order, and no money is made', limits, () =>
    survives({ redis: undefined, workers: number('CHAOS_WORKERS', 2) }),
  )

  test('on Redis Streams: the same', limits, async (context) => {
    if (!hasRedisServer()) context.skip('there is no redis-server to start, kill and restart')
    const redis = await OwnRedis.started()
    try {
      await survives({ redis, workers: number('CHAOS_WORKERS', 4) })
    } finally {
      await redis.close()
    }
  })
})
