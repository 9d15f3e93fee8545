/** What is scheduled in one database for another, where events are in a store that is neither's own. */
import { DatabaseError } from 'proteanjs'
import { describe, expect, test, vi } from 'vitest'
import { internalsOf } from '../../src/domain/internals.ts'
import { schedulersOf } from '../../src/engine/schedulers.ts'
import { SCHEDULE_TABLE } from '../../src/handlers/schedule.ts'
import { EVERYTHING } from '../../src/ports/criteria.ts'
import { makeReminders } from './reminders.ts'

const COMMANDS = 'billing::invoice:command'

/** An invoice of which it is time to remind. Processes are in the default database, invoices in another. */
async function openDue(commandProcessing: 'sync' | 'async') {
  const reminders = makeReminders({ provider: 'other' })
  const { domain, InvoiceSent, Invoice, happen, passDays } = reminders
  domain.config.eventStore = { provider: 'memory' }
  domain.config.commandProcessing = commandProcessing
  await domain.init({ traverse: false })
  await happen(new InvoiceSent({ invoiceId: 'i1' }))
  passDays(7)
  const { infrastructure } = internalsOf(domain)
  const home = infrastructure.databases.get('default')?.database
  const { forwarder } = infrastructure
  if (home === undefined || forwarder === undefined) throw new Error('There is no database, or no event store of its own.')
  const failures: unknown[] = []
  /** The schedulers of an engine in a process of its own. */
  const pass = async () => {
    let sent = 0
    for (const scheduler of schedulersOf(domain, (failure) => failures.push(failure))) sent += await scheduler.pass()
    return sent
  }
  /** The same for a process that dies when the other database has the command, before it has noted that. */
  const dieBetween = async () => {
    const dying = vi.spyOn(home, 'commit').mockRejectedValue(new DatabaseError('gone', { code: 'CONNECTION_FAILED', retryable: true }))
    await pass()
    dying.mockRestore()
    failures.length = 0
  }
  const commands = async () => (await domain.eventStore.readCategory(COMMANDS, { limit: 10 })).messages.map(({ id }) => id)
  const reminded = async () => (await domain.repositoryFor(Invoice).find('i1'))?.reminders
  const kept = () => home.count(SCHEDULE_TABLE, { op: 'compare', column: 'problem', lookup: 'isNull', value: false })
  const left = () => home.count(SCHEDULE_TABLE, EVERYTHING)
  return { ...reminders, home, forwarder, failures, pass, dieBetween, commands, reminded, kept, left }
}

describe('a command that is handled when it is due', () => {
  test('is handled once there', async () => {
    const { pass, failures, commands, reminded, left } = await openDue('sync')
    const before = await left()
    await pass()
    await pass()
    expect(failures).toEqual([])
    expect(await reminded()).toBe(1)
    expect(await commands()).toHaveLength(1)
    expect(await left()).toBe(before - 1)
  })

  test.each([
    ['and its events had been brought to the event store', true],
    ['nor lived to bring its events to the event store', false],
  ])('has one effect though the process died before it could note it, %s', async (_, isForwarded) => {
    const { pass, dieBetween, forwarder, failures, commands, reminded, kept, home, domain } = await openDue('sync')
    const forward = isForwarded ? undefined : vi.spyOn(forwarder, 'forward').mockResolvedValue()
    await dieBetween()
    forward?.mockRestore()
    expect(await reminded()).toBe(1)
    await pass()
    await forwarder.recover([home, ...[...domain.providers.values()].map(({ database }) => database)])
    expect(failures).toEqual([])
    expect(await reminded()).toBe(1)
    expect(await commands()).toHaveLength(1)
    expect(await kept()).toBe(0)
  })

  test('has one effect though two schedulers send it, one of which has lost its lease', async () => {
    const { pass, failures, commands, reminded } = await openDue('sync')
    await Promise.all([pass(), pass()])
    expect(failures).toEqual([])
    expect(await reminded()).toBe(1)
    expect(await commands()).toHaveLength(1)
  })
})

describe('a command that is left to an engine when it is due', () => {
  test.each([
    ['has been brought', true],
    ['is still to be brought', false],
  ])('is there once though the process died before it could note it, where it %s to the event store', async (_, isForwarded) => {
    const { pass, dieBetween, forwarder, failures, commands, kept, domain } = await openDue('async')
    const forward = isForwarded ? undefined : vi.spyOn(forwarder, 'forward').mockResolvedValue()
    await dieBetween()
    forward?.mockRestore()
    await pass()
    await forwarder.recover([...domain.providers.values()].map(({ database }) => database))
    expect(failures).toEqual([])
    expect(await kept()).toBe(0)
    expect(await commands()).toHaveLength(1)
  })
})
