import { Engine } from 'proteanjs'
import { expect, test } from 'vitest'
import { logEngine } from '../../../src/cli/server/engine-log.ts'
import { makeLedger } from '../../support/ledger.ts'
import { memoryLogger } from './fake-workers.ts'

const SECRET = 'account-of-somebody'

async function logged(booking: () => void = () => undefined) {
  const { domain, Enter, hooks } = makeLedger()
  hooks.booking = booking
  await domain.init()
  for (const amount of [4711, 4712]) await domain.process(new Enter({ account: SECRET, amount }))
  const { logger, lines } = memoryLogger()
  const engine = new Engine(domain, { testMode: true })
  logEngine(engine, logger)
  await engine.run()
  return lines
}

test('messages that are handled are no lines of a log, but for who wants them for debugging (R2.30)', async () => {
  const lines = await logged()
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.filter(({ level }) => level !== 'debug')).toEqual([])
})

test('a message that fails is one, by its type, stream and id, and never with what is in it (R2.30)', async () => {
  const lines = await logged(() => {
    throw new Error('the bank is closed')
  })
  const [failure, ...others] = lines.filter(({ level }) => level !== 'debug')
  expect(others).toEqual([])
  expect(failure).toMatchObject({
    level: 'warn',
    text: expect.stringContaining('the bank is closed'),
    fields: { handler: 'Bookings', messageType: 'Ledger.Entered.v1', stream: `ledger::account-${SECRET}`, attempt: 1 },
  })
  expect(JSON.stringify(lines)).not.toMatch(/4711|4712/)
})
