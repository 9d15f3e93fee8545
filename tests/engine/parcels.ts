import type { Domain, DomainOptions } from 'proteanjs'
import { Engine, field } from 'proteanjs'
import { TestDomain } from '../support/test-domain.ts'

type Handling = (customer: string, entry: number) => Promise<void> | void

/**
 * Parcels and calls, each in a stream of its own, and customers, whose events are handled in the order of the log: what was heard of a customer is stored, in
 * the order in which it was, and who is at work on two events of one customer at once shows. `nameOf`: whose story an event is told in, where not its customer's.
 */
export function makeParcels(
  options: DomainOptions = {},
  sequentialBy: string | null = 'customer',
  nameOf = (customer: string, _entry: number) => customer,
) {
  const domain: Domain = new TestDomain('parcels', options)
  domain.config.commandProcessing = 'async'
  domain.config.eventProcessing = 'async'
  const hooks: { handling: Handling } = { handling: () => undefined }
  const atWork = new Map<string, number>()
  const overlaps: string[] = []

  const ofCustomer = { customer: field.identifier(), entry: field.integer({ required: true }) }
  class Sent extends domain.event('Sent', ofCustomer, { partOf: 'Parcel' }) {}
  class Called extends domain.event('Called', ofCustomer, { partOf: 'Call' }) {}
  class Parcel extends domain.aggregate('Parcel', { id: field.identifier({ identifier: true }), weight: field.integer() }) {}
  class Call extends domain.aggregate('Call', { id: field.identifier({ identifier: true }), minutes: field.integer() }) {}
  class Story extends domain.projection('Story', {
    customer: field.identifier({ identifier: true }),
    entries: field.list(field.integer(), { default: () => [] }),
  }) {}

  const note = async (customer: string | undefined, entry: number) => {
    const name = customer ?? 'nobody'
    atWork.set(name, (atWork.get(name) ?? 0) + 1)
    if (customer !== undefined && (atWork.get(name) ?? 0) > 1) overlaps.push(`${name}:${entry}`)
    try {
      await hooks.handling(name, entry)
      const stories = domain.repositoryFor(Story)
      const story = (await stories.find(nameOf(name, entry))) ?? new Story({ customer: nameOf(name, entry) })
      story.entries = [...story.entries, entry]
      await stories.add(story)
    } finally {
      atWork.set(name, (atWork.get(name) ?? 0) - 1)
    }
  }
  const stories = domain
    .projector('Stories', { projectorFor: Story, ...(sequentialBy === null ? {} : { sequentialBy }) })
    .on(Sent, async ({ customer, entry }) => note(customer, entry))
    .on(Called, async ({ customer, entry }) => note(customer, entry))

  const send = async (customer: string | undefined, entry: number, parcel = `p${entry}`) => {
    const parcels = domain.repositoryFor(Parcel)
    const sent = (await parcels.find(parcel)) ?? new Parcel({ id: parcel })
    sent.weight = entry
    sent.raise(new Sent({ ...(customer === undefined ? {} : { customer }), entry }))
    await parcels.add(sent)
  }
  const call = async (customer: string, entry: number, id = `c${entry}`) => {
    const calls = domain.repositoryFor(Call)
    const called = (await calls.find(id)) ?? new Call({ id })
    called.minutes = entry
    called.raise(new Called({ customer, entry }))
    await calls.add(called)
  }
  const storyOf = async (customer: string) => (await domain.repositoryFor(Story).find(customer))?.entries ?? []
  /** All that was heard, sorted. */
  const told = async () => {
    const { items } = await domain.repositoryFor(Story).query.all()
    return items.flatMap(({ entries }) => entries).sort((one, other) => one - other)
  }
  const work = async () => {
    const engine = new Engine(domain, { testMode: true, random: { next: () => 0 } })
    await engine.run()
    return engine
  }
  return { domain, hooks, overlaps, stories, Sent, Called, Parcel, Call, Story, send, call, storyOf, told, work }
}

export type Parcels = ReturnType<typeof makeParcels>
