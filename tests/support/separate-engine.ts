import { Domain, Engine } from 'proteanjs'
import { DomainFixture, ManualClock } from 'proteanjs/testing'
import { expect, test, vi } from 'vitest'
import { internalsOf } from '../../src/domain/internals.ts'
import { declareLedger } from './ledger-domain.ts'
import type { SeparateStores } from './separate-events.ts'
import { makeBank } from './transfer-bank.ts'

/** The tests of engines for a domain whose rows and events are in two places. */
export function separateEngineTests(make: () => Promise<SeparateStores>): void {
  async function inDomain<Made extends { domain: Domain }>(
    declare: (domain: Domain) => Made,
    body: (made: Made, work: () => Promise<Engine>) => Promise<void>,
  ): Promise<void> {
    const { database, eventStore, dispose } = await make()
    const clock = new ManualClock()
    const domain = new Domain('apart', { clock, config: { databases: { default: database }, eventStore } })
    const made = declare(domain)
    domain.config.commandProcessing = 'async'
    domain.config.eventProcessing = 'async'
    const fixture = new DomainFixture(domain)
    await fixture.setup()
    const work = async () => {
      const engine = new Engine(domain, { testMode: true })
      await engine.run()
      return engine
    }
    try {
      await fixture.domainContext(() => body(made, work))
    } finally {
      await fixture.teardown()
      await dispose?.()
    }
  }

  test('commands and events that are left to an engine reach it from the event store', () =>
    inDomain(declareLedger, async ({ domain, Enter, balanceOf }, work) => {
      for (const amount of [1, 2, 3]) await domain.process(new Enter({ account: 'a', amount }))
      expect((await work()).failures).toEqual([])
      expect(await balanceOf('a')).toEqual([1, 2, 3])
      expect((await work()).failures).toEqual([])
      expect(await balanceOf('a')).toEqual([1, 2, 3])
    }))

  test('nothing stays in the outbox of events, however many there were', () =>
    inDomain(declareLedger, async ({ domain, Enter, balanceOf }, work) => {
      for (let amount = 0; amount < 20; amount += 1) await domain.process(new Enter({ account: 'a', amount }))
      await work()
      expect(await balanceOf('a')).toHaveLength(20)
      for (const { database } of domain.providers.values())
        expect(await internalsOf(domain).infrastructure.forwarder?.waiting(database)).toBe(0)
    }))

  test('a transfer by a process manager completes', () =>
    inDomain(
      (domain) => makeBank({}, domain),
      async ({ domain, InitiateTransfer, FundsTransfer, openAccount, balances }, work) => {
        const [alice, bob] = [await openAccount(100), await openAccount(0)]
        await domain.process(new InitiateTransfer({ from: alice, to: bob, amount: 30 }))
        expect((await work()).failures).toEqual([])
        expect(await balances(alice, bob)).toEqual([70, 30])
        expect(await domain.viewFor(FundsTransfer).query.filter({ status: 'done' }).count()).toBe(1)
      },
    ))

  test('what a process committed and did not live to bring to the event store is brought there by an engine', () =>
    inDomain(declareLedger, async ({ domain, Enter, balanceOf }, work) => {
      const { forwarder } = internalsOf(domain).infrastructure
      if (forwarder === undefined) throw new Error('there is an event store of its own')
      const forward = vi.spyOn(forwarder, 'forward').mockResolvedValue()
      await domain.process(new Enter({ account: 'a', amount: 1 }))
      expect((await domain.eventStore.readAll({ limit: 1 })).messages).toEqual([])
      forward.mockRestore()
      expect((await work()).failures).toEqual([])
      expect(await balanceOf('a')).toEqual([1])
    }))
}
