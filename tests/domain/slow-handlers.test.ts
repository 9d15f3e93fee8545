import type { LogFields, Logger } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { slowHandlerLog } from '../../src/domain/slow-handlers.ts'
import type { BoundHandler } from '../../src/handlers/handler-group.ts'
import { MessageMaker } from '../../src/testing/conformance/messages.ts'

function recordingLogger() {
  const lines: { readonly level: string; readonly fields: LogFields; readonly message: string }[] = []
  const at = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

describe('a slow handler is logged', () => {
  const message = new MessageMaker().message('order-1')

  /** Runs a handler that takes so long, by a stopwatch of the test's. */
  async function run(ms: number, threshold = 500, { logger = recordingLogger(), handle = async () => 'done' as unknown } = {}) {
    let now = 0
    const elapsedMs = () => {
      now += ms
      return now
    }
    const handler = { group: { name: 'Mailer' }, target: undefined, run: handle } as unknown as BoundHandler
    const watched = slowHandlerLog(logger, { slowHandlerThresholdMs: threshold }, { elapsedMs })?.(handler)
    return { logger, watched, result: await watched?.run({}, message).catch((error: unknown) => error) }
  }

  test('with its name, its message by type, id and stream, and how long it took', async () => {
    const { logger, result } = await run(612.34)
    expect(result).toBe('done')
    expect(logger.lines).toEqual([
      {
        level: 'warn',
        fields: {
          event: 'handler.slow',
          handler: 'Mailer',
          messageType: message.type,
          messageId: message.id,
          stream: 'order-1',
          durationMs: 612.3,
        },
        message: 'slow handler',
      },
    ])
  })

  test('from the threshold on, and not at all when that is 0', async () => {
    expect((await run(499.9)).logger.lines).toEqual([])
    expect((await run(500)).logger.lines).toHaveLength(1)
    expect((await run(10_000, 0)).watched).toBeUndefined()
  })

  test('also when it fails, which remains a failure', async () => {
    const { logger, result } = await run(700, 500, { handle: () => Promise.reject(new Error('no')) })
    expect(result).toMatchObject({ message: 'no' })
    expect(logger.lines).toHaveLength(1)
  })

  test('and a logger that throws disturbs nobody', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const logger = recordingLogger()
    logger.warn = () => {
      throw new Error('disk full')
    }
    expect((await run(700, 500, { logger })).result).toBe('done')
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ message: 'disk full' }))
  })
})

describe('in a domain', () => {
  let domain: Domain
  afterEach(() => domain.close())

  /** A command and the event that it leads to. */
  async function linesWith(slowHandlerThresholdMs: number) {
    const logger = recordingLogger()
    const given: Logger = logger
    domain = new Domain('shop', {
      logger: given,
      config: { commandProcessing: 'sync', eventProcessing: 'sync', logging: { slowHandlerThresholdMs } },
    })
    class Sold extends domain.event('Sold', { id: field.identifier() }, { partOf: 'Pen' }) {}
    class Pen extends domain.aggregate('Pen', { id: field.identifier({ identifier: true }) }) {}
    class Sell extends domain.command('Sell', { id: field.identifier() }, { partOf: Pen }) {}
    domain.commandHandler('Selling', { partOf: Pen }).handle(Sell, async ({ id }) => {
      const pen = new Pen({ id: id ?? 'a secret' })
      pen.raise(new Sold({ id: pen.id }))
      await domain.repositoryFor(Pen).add(pen)
    })
    domain.eventHandler('Thanking', { partOf: Pen }).handle(Sold, async () => undefined)
    await domain.init({ traverse: false })
    await domain.process(new Sell({ id: 'a secret' }))
    return logger.lines
  }

  test('handlers of commands and of events are watched, and nothing tells what is in their messages', async () => {
    const lines = await linesWith(0.000_001)
    expect(lines.map(({ fields }) => [fields.handler, fields.messageType])).toEqual([
      ['Selling', 'Shop.Sell.v1'],
      ['Thanking', 'Shop.Sold.v1'],
    ])
    for (const { fields } of lines) expect(Object.keys(fields)).not.toContain('data')
  })

  test('unless nobody wants to know', async () => {
    expect(await linesWith(0)).toEqual([])
  })
})
