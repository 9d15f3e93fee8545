import { field } from 'proteanjs'
import { expect, test } from 'vitest'
import { TestDomain } from '../support/test-domain.ts'

/** A counter for each customer, kept by a projector that reads, adds and saves. */
async function makeTally() {
  const domain = new TestDomain('tally')
  domain.config.commandProcessing = 'sync'
  domain.config.eventProcessing = 'sync'
  const customer = { customerId: field.identifier({ required: true }) }

  class Visited extends domain.event('Visited', customer, { partOf: 'Visit' }) {}
  class Visit extends domain.aggregate('Visit', customer) {
    static by(customerId: string) {
      const visit = new Visit({ customerId })
      visit.raise(new Visited({ customerId }))
      return visit
    }
  }
  class Tally extends domain.projection('Tally', {
    customerId: field.identifier({ identifier: true }),
    visits: field.integer({ default: 0 }),
  }) {}
  domain.projector('Tallies', { projectorFor: Tally, aggregates: [Visit] }).on(Visited, async ({ customerId }) => {
    const tally = await domain.repositoryFor(Tally).get(customerId)
    tally.visits += 1
    await domain.repositoryFor(Tally).add(tally)
  })
  await domain.init({ traverse: false })
  await domain.repositoryFor(Tally).add(new Tally({ customerId: 'c1' }))
  return { domain, Visit, Tally }
}

test('projectors that change one projection at the same time lose nothing: the one that was late does it again', async () => {
  const { domain, Visit, Tally } = await makeTally()
  for (let round = 0; round < 5; round += 1) await Promise.all([1, 2, 3].map(() => domain.repositoryFor(Visit).add(Visit.by('c1'))))
  expect((await domain.repositoryFor(Tally).get('c1')).visits).toBe(15)
})

test('a stale copy of a projection is refused, also after a change by a condition', async () => {
  const { domain, Tally } = await makeTally()
  const tallies = domain.repositoryFor(Tally)
  const [stale, other] = [await tallies.get('c1'), await tallies.get('c1')]
  other.visits = 7
  await tallies.add(other)
  stale.visits = 1
  await expect(tallies.add(stale)).rejects.toMatchObject({ code: 'EXPECTED_VERSION' })
  const read = await tallies.get('c1')
  expect(await tallies.query.filter({ customerId: 'c1' }).update({ visits: 9 })).toBe(1)
  read.visits = 8
  await expect(tallies.add(read)).rejects.toMatchObject({ code: 'EXPECTED_VERSION' })
  expect((await tallies.get('c1')).visits).toBe(9)
})
