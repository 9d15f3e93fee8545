import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { definitionOf } from '../../src/model/definition.ts'
import { shapeOf } from '../../src/unit-of-work/history/shape.ts'

interface Differences {
  readonly fields?: Parameters<Domain['aggregate']>[1]
  readonly ofPart?: Parameters<Domain['aggregate']>[1]
  readonly doubled?: boolean
  readonly version?: number
  readonly hook?: boolean
}

function add(tally: unknown, by: number) {
  ;(tally as { total: number }).total += by
}

function shape({ fields = {}, ofPart = {}, doubled = false, version = 1, hook = false }: Differences = {}): string {
  const domain = new Domain('shapes')
  class Counted extends domain.event('Counted', { by: field.integer() }, { partOf: 'Tally', version }) {}
  class Part extends domain.entity('Part', { name: field.string(), ...ofPart }, { partOf: 'Tally' }) {}
  class Tally extends domain.aggregate(
    'Tally',
    { total: field.integer({ default: 0 }), parts: field.hasMany(Part), ...fields },
    { eventSourced: true },
  ) {
    static {
      if (doubled) this.applies(Counted, (tally, event) => add(tally, (event.by ?? 0) * 2))
      else this.applies(Counted, (tally, event) => add(tally, event.by ?? 0))
    }
  }
  if (hook) Object.assign(Tally.prototype, { defaults: () => undefined })
  return shapeOf(definitionOf(Tally)!)
}

describe('the shape of an aggregate', () => {
  test('is the same in every process that declares it in the same way', () => {
    expect(shape()).toBe(shape())
  })

  test('is another one when a field, a default, a child, a version of an event or a function that applies one is', () => {
    const shapes = [
      shape(),
      shape({ fields: { note: field.string() } }),
      shape({ fields: { note: field.text() } }),
      shape({ fields: { total: field.integer({ default: 1 }) } }),
      shape({ ofPart: { size: field.integer() } }),
      shape({ ofPart: { size: field.integer({ default: 2 }) } }),
      shape({ doubled: true }),
      shape({ version: 2 }),
      shape({ hook: true }),
    ]
    expect(new Set(shapes).size).toBe(shapes.length)
  })
})
