import { ManualClock } from 'proteanjs/testing'
import { describe, expect, test, vi } from 'vitest'
import { JsonLogger, jsonLogger, levelOf } from '../../src/domain/json-logger.ts'

const clock = new ManualClock('2026-05-01T09:00:00Z')

function logger(level: 'debug' | 'info' | 'warn' | 'error', redact: readonly string[] = []) {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => {
    expect(line.indexOf('\n')).toBe(line.length - 1)
    lines.push(JSON.parse(line) as Record<string, unknown>)
  }
  return { lines, logger: new JsonLogger({ level, redact, clock, write }) }
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

  test('writes to the standard error, at the level of the configuration', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const log = jsonLogger({ level: 'error', redact: ['Token'] }, clock)
    log.warn({}, 'left out')
    log.error({ token: 'x' }, 'written')
    expect(write.mock.calls).toEqual([['{"token":"***","time":"2026-05-01T09:00:00.000Z","level":"error","message":"written"}\n']])
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
