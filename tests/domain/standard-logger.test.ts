import { ManualClock } from 'proteanjs/testing'
import { describe, expect, test, vi } from 'vitest'
import { formatOf } from '../../src/domain/log-formats.ts'
import { levelOf, levelRule } from '../../src/domain/log-levels.ts'
import { StandardLogger, standardLogger } from '../../src/domain/standard-logger.ts'

const clock = new ManualClock('2026-05-01T09:00:00Z')

function logger(level: string, redact: readonly string[] = [], perLogger: Readonly<Record<string, string>> = {}) {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => {
    expect(line.indexOf('\n')).toBe(line.length - 1)
    lines.push(JSON.parse(line) as Record<string, unknown>)
  }
  const isWritten = levelRule({ level, perLogger }, undefined)
  return { lines, logger: new StandardLogger({ isWritten, format: formatOf('json', undefined, redact), clock, write }) }
}

describe('the logger of a domain that is given none', () => {
  test('writes a line of JSON with time, level, message and values', () => {
    const { lines, logger: log } = logger('debug')
    log.warn({ database: 'main', count: 3n }, 'slow\nquery')
    expect(lines).toEqual([{ time: '2026-05-01T09:00:00.000Z', level: 'warn', message: 'slow\nquery', database: 'main', count: '3' }])
  })

  test.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('leaves out what is below its level: %s', (level, written) => {
    const { lines, logger: log } = logger(level)
    for (const method of ['debug', 'info', 'warn', 'error'] as const) log[method]({}, method)
    expect(lines.map(({ message }) => message)).toEqual(written)
  })

  test('shows errors, and masks values by their names, however deep', () => {
    const { lines, logger: log } = logger('info', ['password'])
    log.error({ error: Object.assign(new Error('no'), { code: 'E1' }), settings: { Password: 'x', user: 'y' } }, 'failed')
    expect(lines[0]).toMatchObject({ error: { name: 'Error', message: 'no', code: 'E1' }, settings: { Password: '***', user: 'y' } })
  })

  test('has levels by the name of what is told, or by the first words of it, the longest first', () => {
    const { lines, logger: log } = logger('warn', [], { engine: 'debug', 'engine.failure': 'error', query: 'ERROR' })
    log.debug({ event: 'engine.started' }, 'written')
    log.warn({ event: 'engine.failure' }, 'left out')
    log.warn({ event: 'query.slow' }, 'left out')
    log.error({ event: 'query.slow' }, 'written')
    log.info({ event: 'engines' }, 'left out')
    log.info({}, 'left out')
    log.warn({ event: 7 }, 'written')
    expect(lines.map(({ message }) => message)).toEqual(['written', 'written', 'written'])
  })

  test('writes to the standard error, at the level of the configuration', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const log = standardLogger({ level: 'error', format: 'json', redact: ['Token'], perLogger: {} }, clock)
    log.warn({}, 'left out')
    log.error({ token: 'x' }, 'written')
    expect(write.mock.calls).toEqual([['{"token":"***","time":"2026-05-01T09:00:00.000Z","level":"error","message":"written"}\n']])
  })
})

describe('lines for people', () => {
  const format = formatOf('console', undefined, ['password'])
  const line = (message: string, fields: Record<string, unknown>) => format({ time: clock.now(), level: 'warn', message, fields })

  test('have the time of day, level and message, then the values, and masks', () => {
    expect(line('slow\nquery', { database: 'main', count: 3n, query: 'SELECT 1', left: undefined, settings: { Password: 'x' } })).toBe(
      '09:00:00.000 WARN  slow\\nquery database=main count=3 query="SELECT 1" settings={"Password":"***"}\n',
    )
    expect(line('a', { password: 'x' })).toBe('09:00:00.000 WARN  a password=***\n')
  })

  test('show stacks below', () => {
    const error = Object.assign(new Error('no'), { stack: 'Error: no\n    at here' })
    expect(line('failed', { error })).toBe('09:00:00.000 WARN  failed error="Error: no"\n  Error: no\n      at here\n')
    expect(line('failed', { password: error })).toBe('09:00:00.000 WARN  failed password=***\n')
  })

  test.each([
    ['auto', 'development', false],
    ['auto', 'test', false],
    ['auto', 'production', true],
    ['auto', undefined, true],
    ['json', 'development', true],
    ['console', 'production', false],
  ] as const)('are what %s means in the environment %s: not %s', (configured, environment, isJson) => {
    const text = formatOf(configured, environment, [])({ time: clock.now(), level: 'info', message: 'a', fields: {} })
    expect(text.startsWith('{')).toBe(isJson)
  })
})

test.each([
  ['', undefined, 'info'],
  ['', 'production', 'info'],
  ['', 'test', 'warn'],
  ['', 'development', 'debug'],
  ['ERROR', 'development', 'error'],
  ['WARNING', undefined, 'warn'],
  ['CRITICAL', undefined, 'error'],
  ['Debug', 'test', 'debug'],
])('the level %j in the environment %s is %s', (configured, environment, level) => {
  expect(levelOf(configured, environment)).toBe(level)
})
