import { deadLetters, Engine } from 'proteanjs'
import { expect, test } from 'vitest'
import { makeBank } from '../support/transfer-bank.ts'
import { openOrders } from './processes.ts'

async function openBank() {
  const bank = makeBank()
  bank.domain.config.commandProcessing = 'async'
  bank.domain.config.eventProcessing = 'async'
  await bank.domain.init({ traverse: false })
  const work = async () => {
    const engine = new Engine(bank.domain, { testMode: true })
    await engine.run()
    expect(engine.failures).toEqual([])
  }
  return { ...bank, work }
}

test('a transfer that is processed in the background completes', async () => {
  const { domain, openAccount, balances, InitiateTransfer, FundsTransfer, Transfer, work } = await openBank()
  const [alice, bob] = [await openAccount(10_000), await openAccount(5_000)]
  await domain.process(new InitiateTransfer({ from: alice, to: bob, amount: 3_000 }))
  expect(await balances(alice, bob)).toEqual([10_000, 5_000])
  await work()
  expect(await balances(alice, bob)).toEqual([7_000, 8_000])
  const [transfer] = (await domain.repositoryFor(Transfer).query.all()).items
  if (transfer === undefined) throw new Error('There is no transfer.')
  expect(transfer.status).toBe('completed')
  expect(await domain.viewFor(FundsTransfer).get(transfer.transferId)).toMatchObject({ status: 'done', _ended: true, _version: 2 })
})

test('a transfer that is refused moves no money', async () => {
  const { domain, openAccount, balances, InitiateTransfer, Transfer, work } = await openBank()
  const [alice, bob] = [await openAccount(1_000), await openAccount(5_000)]
  await domain.process(new InitiateTransfer({ from: alice, to: bob, amount: 3_000 }))
  await work()
  expect(await balances(alice, bob)).toEqual([1_000, 5_000])
  expect((await domain.repositoryFor(Transfer).query.all()).items).toMatchObject([{ status: 'failed' }])
})

test('many transfers between the same accounts complete, each once', async () => {
  const { domain, openAccount, balances, InitiateTransfer, FundsTransfer, work } = await openBank()
  const [alice, bob] = [await openAccount(1_000), await openAccount(1_000)]
  for (let amount = 1; amount <= 20; amount += 1) {
    const [from, to] = amount % 2 === 0 ? [alice, bob] : [bob, alice]
    await domain.process(new InitiateTransfer({ from, to, amount }))
  }
  await work()
  expect(await balances(alice, bob)).toEqual([990, 1_010])
  expect(await domain.viewFor(FundsTransfer).query.filter({ status: 'done' }).count()).toBe(20)
})

test('events of one process are handled in the order of the log, though their streams are many', async () => {
  const { place, pay, work, handled } = await openOrders()
  for (let order = 0; order < 30; order += 1) {
    await place(`o${order}`)
    for (let amount = 1; amount <= 4; amount += 1) await pay(`o${order}`, amount)
  }
  await work()
  for (let order = 0; order < 30; order += 1) expect(handled(`o${order}`)).toEqual(['placed', 1, 2, 3, 4])
})

test('a process whose event fails waits with all that follows, and the others go on', async () => {
  const { domain, clock, place, pay, work, handled, hooks } = await openOrders()
  for (const order of ['o1', 'o2']) await place(order)
  for (const amount of [1, 2]) for (const order of ['o1', 'o2']) await pay(order, amount)
  hooks.paying = (order, amount) => {
    if (order === 'o1' && amount === 1) throw new Error('not now')
  }
  await work()
  expect([handled('o1'), handled('o2')]).toEqual([['placed'], ['placed', 1, 2]])
  await pay('o1', 3)
  await work()
  expect(handled('o1')).toEqual(['placed'])
  hooks.paying = () => undefined
  clock.advance(600_000)
  await work()
  expect(handled('o1')).toEqual(['placed', 1, 2, 3])
  expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
  await pay('o1', 4)
  await work()
  expect(handled('o1')).toEqual(['placed', 1, 2, 3, 4])
})

test('an event that comes before its process begins stays ignored, whoever reads it again', async () => {
  const { clock, place, pay, work, handled, forgetCursor } = await openOrders()
  await pay('o1', 1)
  await place('o1')
  await pay('o1', 2)
  await work()
  expect(handled('o1')).toEqual(['placed', 2])
  await forgetCursor()
  clock.advance(60_000)
  await work()
  expect(handled('o1')).toEqual(['placed', 2])
})

test('an event that a process cannot handle is a dead letter of that process, and is handled when it is replayed (R1.8)', async () => {
  const { domain, clock, place, pay, work, handled, hooks } = await openOrders()
  hooks.paying = () => {
    throw new Error('never')
  }
  await place('o1')
  await pay('o1', 1)
  for (let attempt = 0; attempt < 9; attempt += 1) {
    await work()
    clock.advance(600_000)
  }
  const letters = await deadLetters(domain).list()
  expect(letters).toMatchObject([{ subscription: 'Collection', handler: 'Collection', attempts: 9, reason: 'Error: never' }])
  hooks.paying = () => undefined
  expect(await deadLetters(domain).replayAll({ subscription: 'Collection' })).toBe(1)
  await work()
  expect(handled('o1')).toEqual(['placed', 1])
  expect(await deadLetters(domain).count()).toBe(0)
})

test('a process manager in parts has all events of a process in one of them, in the order of the log', async () => {
  const { place, pay, work, handled } = await openOrders({ partitions: 3 })
  for (let order = 0; order < 20; order += 1) {
    await place(`o${order}`)
    for (let amount = 1; amount <= 3; amount += 1) await pay(`o${order}`, amount)
  }
  await work()
  for (let order = 0; order < 20; order += 1) expect(handled(`o${order}`)).toEqual(['placed', 1, 2, 3])
})
