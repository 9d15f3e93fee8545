import fc from 'fast-check'
import { Engine, field, rebuildProjection } from 'proteanjs'
import { expect, test } from 'vitest'
import { TestDomain } from '../../support/test-domain.ts'

const KINDS = ['count', 'forget', 'remove', 'note', 'countAll', 'raise', 'release', 'take', 'sweep'] as const
type Kind = (typeof KINDS)[number]

/** One stream, so that engines have the order of the log too, and a projector that does whatever projectors may do. */
function makeBoard() {
  const domain = new TestDomain('board')
  domain.config.eventProcessing = 'async'
  class Told extends domain.event(
    'Told',
    { row: field.string({ required: true }), kind: field.string({ required: true }) },
    { partOf: 'Teller' },
  ) {}
  class Teller extends domain.aggregate('Teller', { id: field.identifier({ identifier: true }) }) {
    tell(row: string, kind: Kind) {
      this.raise(new Told({ row, kind }))
    }
  }
  class Line extends domain.projection('Line', {
    row: field.string({ identifier: true }),
    badge: field.string({ unique: true }),
    count: field.integer({ default: 0 }),
    notes: field.list(field.string(), { default: () => [] }),
  }) {}
  const lines = () => domain.repositoryFor(Line)
  const does: Record<Kind, (row: string) => Promise<void>> = {
    count: async (row) => {
      const line = (await lines().find(row)) ?? new Line({ row })
      line.count += 1
      await lines().add(line)
    },
    // Changes that are not saved are lost.
    forget: async (row) => {
      const line = await lines().find(row)
      if (line !== undefined) line.count += 100
    },
    remove: async (row) => {
      const line = await lines().find(row)
      if (line !== undefined) await lines().remove(line)
    },
    note: async (row) => {
      const line = await lines().find(row)
      if (line === undefined) return
      line.notes = [...line.notes, `${line.count}`]
      await lines().add(line)
    },
    countAll: async (row) => {
      const found = await lines()
        .query.filter({ count: { gte: 1 } })
        .count()
      const line = (await lines().find(row)) ?? new Line({ row })
      line.count = found
      await lines().add(line)
    },
    raise: async () => {
      await lines()
        .query.filter({ count: { lt: 3 } })
        .update({ count: 3 })
    },
    release: async (row) => {
      const line = await lines().find(row)
      if (line === undefined) return
      line.badge = undefined
      await lines().add(line)
    },
    // Nobody else may have it.
    take: async (row) => {
      if (await lines().exists({ badge: 'gold' })) return
      const line = (await lines().find(row)) ?? new Line({ row })
      line.badge = 'gold'
      await lines().add(line)
    },
    sweep: async () => {
      await lines()
        .query.filter({ count: { gte: 5 } })
        .delete()
    },
  }
  domain.projector('Lines', { projectorFor: Line }).on(Told, ({ row, kind }) => does[kind as Kind](row))
  const seen = async () => {
    const { items } = await lines().query.orderBy('row').limit(100).all()
    return items.map(({ row, badge, count, notes }) => [row, badge, count, [...notes]])
  }
  return { domain, Teller, Line, seen }
}

const events = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...KINDS)), { minLength: 1, maxLength: 25 })

test('whatever its projectors do, a rebuild makes what they have made live', async () => {
  const { domain, Teller, Line, seen } = makeBoard()
  await domain.init()
  await fc.assert(
    fc.asyncProperty(events, fc.constantFrom(1, 3, 500), async (all, batchSize) => {
      await domain.providers.get('default')?.resetData()
      const teller = new Teller({ id: 't' })
      for (const [row, kind] of all) teller.tell(row, kind)
      await domain.repositoryFor(Teller).add(teller)
      const engine = new Engine(domain, { testMode: true })
      await engine.run()
      expect(engine.failures).toEqual([])
      const live = await seen()
      await rebuildProjection(domain, Line, { batchSize, refuseIf: () => false })
      expect(await seen()).toEqual(live)
    }),
    { numRuns: process.env.PROTEAN_TEST_DATABASE === undefined ? 150 : 15 },
  )
}, 120_000)
