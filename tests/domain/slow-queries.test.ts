import type { LogFields, Logger } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { slowQueryLog } from '../../src/domain/slow-queries.ts'
import { StatementFeed } from '../../src/ports/statement-feed.ts'

interface Line {
  readonly level: string
  readonly fields: LogFields
  readonly message: string
}

function recordingLogger(): Logger & { readonly lines: readonly Line[] } {
  const lines: Line[] = []
  const at = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** A feed on which every round trip takes so long. */
function feedTaking(ms: number): StatementFeed {
  let now = 0
  const elapsedMs = () => {
    now += ms
    return now
  }
  return new StatementFeed('main', { elapsedMs })
}

const statement = (text: string) => ({ text, values: ['a secret'] })

describe('a slow query is logged', () => {
  async function linesOf(ms: number, options = { slowQueryThresholdMs: 100, slowQueryTruncateChars: 500 }): Promise<readonly Line[]> {
    const logger = recordingLogger()
    const feed = feedTaking(ms)
    const listener = slowQueryLog(logger, options)
    if (listener !== undefined) feed.listen(listener)
    await feed.sending([statement('SELECT 1'), statement('SELECT 2')], async () => undefined)
    return logger.lines
  }

  test('with its text, how long it took and its database, and never its parameters', async () => {
    expect(await linesOf(123.456)).toEqual([
      {
        level: 'warn',
        fields: { event: 'query.slow', database: 'main', durationMs: 123.5, query: 'SELECT 1; SELECT 2' },
        message: 'slow query',
      },
    ])
  })

  test('from the threshold on', async () => {
    expect((await linesOf(99.9)).length).toBe(0)
    expect((await linesOf(100)).length).toBe(1)
  })

  test('in so many characters', async () => {
    const [line] = await linesOf(200, { slowQueryThresholdMs: 100, slowQueryTruncateChars: 10 })
    expect(line?.fields.query).toBe('SELECT 1; …')
  })

  test('not at all when the threshold is 0', async () => {
    expect(await linesOf(10_000, { slowQueryThresholdMs: 0, slowQueryTruncateChars: 500 })).toEqual([])
  })

  test('also when it fails', async () => {
    const logger = recordingLogger()
    const feed = feedTaking(500)
    feed.listen(slowQueryLog(logger, { slowQueryThresholdMs: 100, slowQueryTruncateChars: 500 })!)
    await expect(feed.sending([statement('SELECT 1')], () => Promise.reject(new Error('timeout')))).rejects.toThrow('timeout')
    expect(() =>
      feed.running(statement('SELECT 2'), () => {
        throw new Error('busy')
      }),
    ).toThrow('busy')
    expect(logger.lines.map(({ fields }) => fields.query)).toEqual(['SELECT 1', 'SELECT 2'])
  })

  test('and a logger that throws disturbs nobody', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const feed = feedTaking(500)
    feed.listen(() => {
      throw new Error('disk full')
    })
    expect(feed.running(statement('SELECT 1'), () => 7)).toBe(7)
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ message: 'disk full' }))
  })
})

describe('the configuration decides', () => {
  let domain: Domain

  afterEach(() => domain.close())

  async function linesWith(
    logging: { slowQueryThresholdMs?: number; slowQueryTruncateChars?: number },
    databaseUri = 'sqlite:///:memory:',
  ) {
    const logger = recordingLogger()
    domain = new Domain('shop', { logger, config: { databases: { default: { databaseUri } }, logging } })
    class Pen extends domain.aggregate('Pen', { colour: field.string() }) {}
    await domain.init({ traverse: false })
    for (const provider of domain.providers.values()) await provider.createDatabaseArtifacts()
    await domain.repositoryFor(Pen).query.filter({ colour: 'blue' }).all()
    return logger.lines
  }

  test('what is slow, and how much of it is shown', async () => {
    const lines = await linesWith({ slowQueryThresholdMs: 0.000_001, slowQueryTruncateChars: 12 })
    expect(lines.find(({ fields }) => String(fields.query).startsWith('SELECT t.'))).toEqual({
      level: 'warn',
      fields: { event: 'query.slow', database: 'default', durationMs: expect.any(Number), query: expect.stringMatching(/^.{12}…$/) },
      message: 'slow query',
    })
    expect(JSON.stringify(lines)).not.toContain('blue')
  })

  test('that nothing is', async () => {
    expect(await linesWith({ slowQueryThresholdMs: 0 })).toEqual([])
    const [provider] = domain.providers.values()
    expect(provider?.statements.isHeard).toBe(false)
  })

  test('and in memory nobody has to wait, so that nobody listens', async () => {
    expect(await linesWith({ slowQueryThresholdMs: 0.000_001 }, 'memory://')).toEqual([])
    const [provider] = domain.providers.values()
    expect(provider?.statements.isHeard).toBe(false)
  })
})
