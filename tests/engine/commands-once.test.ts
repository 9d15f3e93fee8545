import { deadLetters, Engine } from 'proteanjs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Ledger } from '../support/ledger.ts'
import { makeLedger } from '../support/ledger.ts'

let ledger: Ledger

beforeEach(async () => {
  ledger = makeLedger()
  await ledger.domain.init()
})

const enter = (idempotencyKey?: string) => {
  const command = new ledger.Enter({ account: 'a', amount: 1 })
  return ledger.domain.process(command, { asynchronous: true, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) })
}
const total = async () => (await ledger.domain.repositoryFor(ledger.Account).find('a'))?.total ?? 0
const commands = async () => {
  const { messages } = await ledger.domain.eventStore.readAll({ limit: 100 })
  return messages.filter(({ kind }) => kind === 'COMMAND').map(({ id }) => id)
}

describe('a command that is left to an engine and has an idempotency key', () => {
  test('W8: is handled, and once: a note that it was submitted is none that it was handled', async () => {
    const id = await enter('k')
    expect(await total()).toBe(0)
    expect((await ledger.work()).failures).toEqual([])
    expect(await total()).toBe(1)
    expect(await enter('k')).toBe(id)
    await ledger.work()
    expect(await total()).toBe(1)
    expect(await commands()).toEqual([id])
  })

  test('W8: is stored once when it is submitted twice at the same time, and both get its id', async () => {
    const [one, other] = await Promise.all([enter('k'), enter('k')])
    expect(other).toBe(one)
    expect(await commands()).toEqual([one])
    await ledger.work()
    expect(await total()).toBe(1)
  })

  test('W8: is another one under another key', async () => {
    await enter('k')
    await enter('l')
    await ledger.work()
    expect(await total()).toBe(2)
  })

  test('W8: is handled once by engines that work at the same time', async () => {
    for (const key of ['k', 'l', 'k', 'm']) await enter(key)
    await Promise.all([ledger.work(), ledger.work()])
    expect(await total()).toBe(3)
    expect(await ledger.balanceOf('a')).toEqual([1, 1, 1])
  })
})

test('W8b: an asynchronous command is handled once, even if who looks on fails, and what succeeded is not noted as failed', async () => {
  const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const { domain, Account } = ledger
  let handled = 0
  class Count extends domain.command('Count', {}, { partOf: Account }) {}
  domain.commandHandler('Counting', { partOf: Account }).handle(Count, async () => {
    handled += 1
  })
  await domain.init()
  await domain.process(new Count({}), { asynchronous: true })
  for (let run = 0; run < 4; run += 1) {
    const engine = new Engine(domain, { testMode: true })
    engine.onTrace(() => {
      throw new Error('nothing is to be seen')
    })
    await engine.run()
    expect(engine.failures).toEqual([])
  }
  expect(handled).toBe(1)
  expect(warnings).toHaveBeenCalled()
  expect(await deadLetters(domain).count()).toBe(0)
  expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
})
