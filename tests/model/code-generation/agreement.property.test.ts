import fc from 'fast-check'
import { Domain, ValidationError } from 'proteanjs'
import { expect, it } from 'vitest'
import { compileEntity, compileRecord } from '../../../src/model/compile.ts'
import type { ElementKind } from '../../../src/model/definition.ts'
import { DEFINITION, definitionOf, ElementDefinition } from '../../../src/model/definition.ts'
import { EntityBase } from '../../../src/model/entity-base.ts'
import { interpretEntity, interpretRecord } from '../../../src/model/interpret.ts'
import { markGenerated } from '../../../src/model/prepare-class.ts'
import { ValueObjectBase } from '../../../src/model/record-base.ts'
import { arbitrarySchema } from '../arbitrary-fields.ts'

const ANYTHING = fc.oneof(fc.anything(), fc.constantFrom('', ' ', '0', 'on', '2026-01-31', null, undefined, Number.NaN, new Date(0)))

type Thing = Record<string, unknown> & { toObject(): object }
type Outcome = { readonly value: unknown } | { readonly issues: unknown }

function outcomeOf(action: () => unknown): Outcome {
  try {
    return { value: action() }
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    return { issues: error.issues }
  }
}

it('compiled and interpreted elements do the same with every input, valid or not', { timeout: 60_000 }, () => {
  const domain = new Domain('agreement', { ids: { next: () => 'made' } })
  const { scope } = definitionOf(domain.valueObject('Any', {})) as ElementDefinition
  const input = arbitrarySchema(domain).chain(({ fields, input: valid }) =>
    fc.record({
      fields: fc.constant(fields),
      input: fc.tuple(fc.constant(valid), fc.dictionary(fc.constantFrom(...Object.keys(fields), 'unknown'), ANYTHING)).map((parts) => ({
        ...parts[0],
        ...parts[1],
      })),
      assigned: fc.array(fc.tuple(fc.constantFrom(...Object.keys(fields)), ANYTHING), { maxLength: 3 }),
    }),
  )

  function classOf(kind: ElementKind, fields: object, make: (definition: ElementDefinition) => unknown): new (input: unknown) => Thing {
    const definition = new ElementDefinition(kind, 'Thing', scope, new Map(Object.entries(fields)), {}, undefined)
    const cls = make(definition) as new (input: unknown) => Thing
    Object.defineProperty(cls, DEFINITION, { value: definition })
    definition.meet(cls)
    markGenerated(cls)
    return cls
  }

  fc.assert(
    fc.property(input, ({ fields, input, assigned }) => {
      const records = [compileRecord, interpretRecord].map((make) =>
        classOf('valueObject', fields, (d) => make(d, ValueObjectBase as never)),
      )
      const [compiled, interpreted] = records.map((cls) => outcomeOf(() => new cls(input).toObject()))
      expect(interpreted).toEqual(compiled)

      const entities = [compileEntity, interpretEntity].map((make) => classOf('projection', fields, (d) => make(d, EntityBase as never)))
      const [first, second] = entities.map((cls) => {
        const made = outcomeOf(() => new cls(input))
        if (!('value' in made)) return [made]
        const thing = made.value as Thing
        return [
          thing.toObject(),
          ...assigned.map(([name, value]) => [outcomeOf(() => Object.assign(thing, { [name]: value })), thing.toObject()]),
        ]
      })
      expect(second).toEqual(first)
    }),
    { numRuns: 150 },
  )
})
