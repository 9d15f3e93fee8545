import { field } from 'proteanjs'
import { deliverScheduled } from 'proteanjs/testing'
import { describe, expect, test } from 'vitest'
import { internalsOf } from '../../src/domain/internals.ts'
import type { ElementDefinition } from '../../src/model/definition.ts'
import { definitionOf } from '../../src/model/definition.ts'
import { runInUnitOfWork } from '../../src/unit-of-work/run-in-unit-of-work.ts'
import { TestDomain } from '../support/test-domain.ts'
import { makeBank } from '../support/transfer-bank.ts'
import { arriving } from './arrival.ts'

/** A process that asks for one thing to be counted, in a counter stored wherever `provider` says. */
function makeCounting(asynchronous?: boolean, provider?: string) {
  const domain = new TestDomain('counting')
  domain.config.commandProcessing = 'sync'
  domain.config.eventProcessing = 'sync'
  if (provider !== undefined) domain.config.databases[provider] = { provider: 'memory' }
  const options = provider === undefined ? {} : { provider }
  class Counter extends domain.aggregate('Counter', { count: field.integer({ default: 0 }) }, options) {}
  class Count extends domain.command(
    'Count',
    { id: field.identifier({ required: true }) },
    { partOf: 'Counter', returns: field.integer() },
  ) {}
  domain.commandHandler('Counters', { partOf: Counter }).handle(Count, async ({ id }) => {
    const counter = (await domain.repositoryFor(Counter).find(id)) ?? new Counter({ id })
    counter.count += 1
    await domain.repositoryFor(Counter).add(counter)
    if (counter.count > 1) throw new Error('once is enough')
    return counter.count
  })
  class Door extends domain.aggregate('Door', { name: field.string() }) {
    open(times = 1) {
      this.raise(new DoorOpened({ id: this.id, times }))
    }
  }
  class DoorOpened extends domain.event(
    'DoorOpened',
    { id: field.identifier({ required: true }), times: field.integer({ default: 1 }) },
    { partOf: 'Door' },
  ) {}
  const results: unknown[] = []
  class Watch extends domain.processManager('Watch', { times: field.integer({ default: 0 }) }) {
    static {
      this.handle(DoorOpened, { start: true, correlate: { id: 'id' } }, async (watch, { id, times }) => {
        watch.times += times
        for (let done = 0; done < times; done += 1)
          results.push(await domain.process(new Count({ id }), asynchronous === undefined ? {} : { asynchronous }))
      })
    }
  }
  const openDoor = async (id: string, times = 1) => {
    const door = new Door({ id })
    door.open(times)
    await domain.repositoryFor(Door).add(door)
  }
  const count = async (id: string) => (await domain.repositoryFor(Counter).find(id))?.count
  return { domain, Watch, openDoor, count, results }
}

describe('a command that a process sends', () => {
  test('is handled when the step is committed: the process gets the id of its message, not its result', async () => {
    const { domain, Watch, openDoor, count, results } = makeCounting()
    await domain.init({ traverse: false })
    await openDoor('d1')
    expect(await count('d1')).toBe(1)
    const { messages } = await domain.eventStore.readAll({ limit: 10 })
    const [opened, counted] = messages
    expect(messages.map(({ type }) => type)).toEqual(['Counting.DoorOpened.v1', 'Counting.Count.v1'])
    expect(results).toEqual([counted?.id])
    expect(counted).toMatchObject({ causationId: opened?.id })
    expect(await domain.viewFor(Watch).get('d1')).toMatchObject({ times: 1 })
  })

  test('may change what is stored in another database than the process', async () => {
    const { domain, Watch, openDoor, count } = makeCounting(undefined, 'other')
    await domain.init({ traverse: false })
    await openDoor('d1')
    expect(await count('d1')).toBe(1)
    expect(await domain.viewFor(Watch).get('d1')).toMatchObject({ times: 1 })
  })

  test('fails by itself: neither the step nor the other commands are given up', async () => {
    const { domain, Watch, openDoor, count } = makeCounting()
    await domain.init({ traverse: false })
    await expect(openDoor('d1', 3)).rejects.toMatchObject({ committed: true, failures: [{ handler: 'Counters' }, { handler: 'Counters' }] })
    expect(await count('d1')).toBe(1)
    expect(await domain.viewFor(Watch).get('d1')).toMatchObject({ times: 3 })
  })

  test('with { asynchronous: false } is part of the step, which gets its result and fails with it', async () => {
    const { domain, Watch, openDoor, count, results } = makeCounting(false)
    await domain.init({ traverse: false })
    await openDoor('d1')
    expect(results).toEqual([1])
    await expect(openDoor('d2', 2)).rejects.toMatchObject({ failures: [{ handler: 'Watch' }] })
    expect([await count('d1'), await count('d2')]).toEqual([1, undefined])
    expect(await domain.viewFor(Watch).find('d2')).toBeUndefined()
  })

  test('with { asynchronous: true } is stored with the step, to be handled by an engine', async () => {
    const { domain, openDoor, count } = makeCounting(true)
    await domain.init({ traverse: false })
    await openDoor('d1')
    const { messages } = await domain.eventStore.readCategory('counting::counter:command', { limit: 10 })
    expect(messages).toMatchObject([{ metadata: { domain: { asynchronous: true } } }])
    expect(await count('d1')).toBeUndefined()
  })

  test('for another database is handed on there by the scheduler, where an engine is to handle it', async () => {
    const { domain, Watch, openDoor } = makeCounting(true, 'other')
    await domain.init({ traverse: false })
    await openDoor('d1', 2)
    const log = domain.providers.get('other')?.database.events
    const stored = async () => (await log?.readCategory('counting::counter:command', { limit: 10 }))?.messages.map(({ data }) => data)
    expect(await stored()).toEqual([])
    expect([await deliverScheduled(domain), await deliverScheduled(domain)]).toEqual([2, 0])
    expect(await stored()).toEqual([{ id: 'd1' }, { id: 'd1' }])
    expect(await domain.viewFor(Watch).get('d1')).toMatchObject({ times: 2 })
  })

  test('that is sent twice with one idempotency key is handled once', async () => {
    const { domain, openAccount, balances, Deposit, TransferInitiated, InitiateTransfer } = makeBank()
    class Gift extends domain.processManager('Gift', { transferId: field.identifier() }) {
      static {
        this.handle(TransferInitiated, { start: true, correlate: 'transferId' }, async (_gift, { to }) => {
          for (const idempotencyKey of ['gift', 'gift']) await domain.process(new Deposit({ accountId: to, amount: 1 }), { idempotencyKey })
        })
      }
    }
    await domain.init({ traverse: false })
    const [alice, bob] = [await openAccount(10), await openAccount(0)]
    await domain.process(new InitiateTransfer({ from: alice, to: bob, amount: 5 }))
    expect(await balances(alice, bob)).toEqual([5, 6])
    expect(await domain.viewFor(Gift).count()).toBe(1)
  })
})

describe('a step that an engine runs', () => {
  test('leaves its commands to the engine too, in its own transaction, whatever is configured for other commands', async () => {
    const { domain, TransferInitiated } = makeBank()
    await domain.init({ traverse: false })
    const { runtime, handlers } = internalsOf(domain)
    const [handler] = handlers.ofEvent(definitionOf(TransferInitiated) as ElementDefinition, 'bank::transfer')
    const event = new TransferInitiated({ transferId: 't1', from: 'alice', to: 'bob', amount: 5 })
    expect(handler?.processOf?.(event)).toBe('t1')
    const run = (error?: Error) =>
      runInUnitOfWork(runtime, async () => {
        await handler?.run(event, arriving(event, 'bank.TransferInitiated'))
        if (error !== undefined) throw error
      })
    const stored = async () => (await domain.eventStore.readCategory('bank::account:command', { limit: 10 })).messages
    await expect(run(new Error('killed before the commit'))).rejects.toThrow('killed')
    expect(await stored()).toEqual([])
    await run()
    await run()
    expect(await stored()).toMatchObject([{ type: 'Bank.Withdraw.v1', metadata: { domain: { asynchronous: true } } }])
  })
})
