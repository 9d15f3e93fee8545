/** The code that docs/guides/engine.md shows. */
import { Engine as BackgroundEngine, Domain, deadLetters, field } from 'proteanjs'
import { afterEach, expect, test } from 'vitest'
import { declareLedger } from '../support/ledger-domain.ts'

const domain = new Domain('ledger')
const { Enter, balanceOf, bookings, hooks } = declareLedger(domain)

afterEach(() => domain.close())

test('an engine works until it is stopped', async () => {
  const Engine = BackgroundEngine
  await domain.init()
  await domain.process(new Enter({ account: 'a', amount: 1 }))
  // #region run
  const engine = new Engine(domain)
  const running = engine.run()
  // … until the process is asked to end:
  await expect.poll(() => balanceOf('a')).toEqual([1])
  await engine.stop()
  await running
  process.exitCode = engine.exitCode
  // #endregion run
  expect(process.exitCode).toBe(0)
})

test('in a test it works until nothing is left to do', async () => {
  const Engine = BackgroundEngine
  await domain.init()
  await domain.providers.get('default')?.resetData()
  // #region test-mode
  await domain.process(new Enter({ account: 'b', amount: 5 }))
  const engine = new Engine(domain, { testMode: true })
  await engine.run()
  expect(engine.failures).toEqual([])
  expect(await balanceOf('b')).toEqual([5])
  // #endregion test-mode
})

test('what failed for good can be looked at and handled again', async () => {
  const Engine = BackgroundEngine
  await domain.init()
  await domain.providers.get('default')?.resetData()
  hooks.booking = () => {
    throw new TypeError('not a number')
  }
  // #region on-error
  bookings.onError(async (error) => (error instanceof TypeError ? 'dead-letter' : undefined))
  // #endregion on-error
  await domain.process(new Enter({ account: 'c', amount: 5 }))
  await new Engine(domain, { testMode: true }).run()
  hooks.booking = () => undefined
  // #region dead-letters
  const letters = deadLetters(domain)
  for (const { id, handler, reason, attempts } of await letters.list({ subscription: 'Bookings', limit: 20 })) {
    console.info(`${handler} gave up after ${attempts}: ${reason}`)
    await letters.replay(id)
  }
  // #endregion dead-letters
  await new Engine(domain, { testMode: true }).run()
  expect(await balanceOf('c')).toEqual([5])
})

test('events of one key are kept in order, and their handling is divided', async () => {
  const domain = new Domain('desk')
  domain.config.eventProcessing = 'async'
  class Ordered extends domain.event('Ordered', { customer: field.identifier(), text: field.string() }, { partOf: 'Order' }) {}
  class Called extends domain.event('Called', { customer: field.identifier(), text: field.string() }, { partOf: 'Call' }) {}
  class Order extends domain.aggregate('Order', { id: field.identifier({ identifier: true }) }) {}
  class Call extends domain.aggregate('Call', { id: field.identifier({ identifier: true }) }) {}
  class History extends domain.projection('History', {
    customer: field.identifier({ identifier: true }),
    lines: field.list(field.string(), { default: () => [] }),
  }) {}
  const addLine = async (customer: string, text: string) => {
    const histories = domain.repositoryFor(History)
    const history = (await histories.find(customer)) ?? new History({ customer })
    history.lines = [...history.lines, text]
    await histories.add(history)
  }
  // #region sequential-by
  domain
    .projector('Histories', { projectorFor: History, sequentialBy: 'customer' })
    .on(Ordered, async ({ customer, text }) => addLine(customer ?? 'unknown', text ?? ''))
    .on(Called, async ({ customer, text }) => addLine(customer ?? 'unknown', text ?? ''))
  // #endregion sequential-by
  // #region partitions
  domain.config.server.subscriptions.Histories = { partitions: 4 }
  // #endregion partitions
  await domain.init()
  for (let line = 0; line < 6; line += 1) {
    const [whole, event] = line % 2 === 0 ? [new Order({ id: `o${line}` }), Ordered] : [new Call({ id: `c${line}` }), Called]
    whole.raise(new event({ customer: 'ann', text: `${line}` }))
    await (whole instanceof Order ? domain.repositoryFor(Order).add(whole) : domain.repositoryFor(Call).add(whole as Call))
  }
  await new BackgroundEngine(domain, { testMode: true }).run()
  expect((await domain.repositoryFor(History).get('ann')).lines).toEqual(['0', '1', '2', '3', '4', '5'])
  await domain.close()
})
