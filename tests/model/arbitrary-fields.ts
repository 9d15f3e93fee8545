import fc from 'fast-check'
import type { Domain, Field } from 'proteanjs'
import { field } from 'proteanjs'

type AnyField = Field<unknown, unknown>

/** A field, and inputs that it accepts. */
export interface Sample {
  readonly spec: AnyField
  readonly valid: fc.Arbitrary<unknown>
}

const text = fc.string({ unit: 'binary', maxLength: 20 })
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const instant = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
const real = fc.double({ noNaN: true, noDefaultInfinity: true })
const whole = fc.maxSafeInteger()

const SIMPLE: readonly (() => Sample)[] = [
  () => ({ spec: field.string(), valid: text }),
  () => ({ spec: field.text({ required: true }), valid: text.filter((value) => value !== '') }),
  () => ({ spec: field.string({ minLength: 2, maxLength: 4 }), valid: fc.string({ unit: 'grapheme-ascii', minLength: 2, maxLength: 4 }) }),
  () => ({ spec: field.string({ choices: ['x', 'y'], default: 'x' }), valid: fc.constantFrom('x', 'y') }),
  () => ({ spec: field.integer({ default: 0 }), valid: fc.oneof(whole, whole.map(String), fc.boolean()) }),
  () => ({ spec: field.integer({ min: -5, max: 5 }), valid: fc.integer({ min: -5, max: 5 }) }),
  () => ({ spec: field.float(), valid: fc.oneof(real, real.map(String)) }),
  () => ({ spec: field.decimal(), valid: fc.oneof(real, whole, fc.bigInt(), real.map(String)) }),
  () => ({ spec: field.boolean({ default: true }), valid: fc.constantFrom(true, false, 'yes', 'off', 0, 1) }),
  () => ({
    spec: field.date(),
    valid: fc.oneof(
      instant,
      instant.map((date) => date.toISOString().slice(0, 10)),
    ),
  }),
  () => ({
    spec: field.dateTime(),
    valid: fc.oneof(
      instant,
      instant.map((date) => date.toISOString()),
      instant.map(Number),
    ),
  }),
  () => ({ spec: field.identifier(), valid: fc.oneof(fc.uuid(), whole, fc.bigInt()) }),
  () => ({ spec: field.status(['on', 'off']), valid: fc.constantFrom('on', 'off') }),
  () => ({ spec: field.auto(), valid: fc.uuid() }),
  () => ({ spec: field.json(), valid: json }),
  () => ({ spec: field.dict(), valid: fc.dictionary(text, json) }),
]

/** A field of any kind that elements without children may have, lists and maps of others included. */
function arbitrarySample(domain: Domain): fc.Arbitrary<Sample> {
  const money = domain.valueObject('Money', { amount: field.float({ required: true }), currency: field.string({ default: 'USD' }) })
  const simple = fc.constantFrom(...SIMPLE).map((make) => make())
  const embedded = fc.constant<Sample>({
    spec: field.valueObject(money),
    valid: fc.oneof(
      fc.record({ amount: real }),
      fc.record({ amount: real, currency: fc.constantFrom('EUR', 'JPY') }).map((input) => new money(input)),
    ),
  })
  const one = fc.oneof({ weight: 8, arbitrary: simple }, { weight: 1, arbitrary: embedded })
  // An absent item is refused, so that items of fields which turn null into nothing are left out.
  const present = (valid: fc.Arbitrary<unknown>) => valid.filter((value) => value !== null)
  const lists = one.map(({ spec, valid }): Sample => ({ spec: field.list(spec), valid: fc.array(present(valid), { maxLength: 3 }) }))
  const maps = one.map(
    ({ spec, valid }): Sample => ({ spec: field.dict(spec), valid: fc.dictionary(text, present(valid), { maxKeys: 3 }) }),
  )
  return fc.oneof({ weight: 6, arbitrary: one }, { weight: 1, arbitrary: lists }, { weight: 1, arbitrary: maps })
}

/** Fields under names of their own, with an input in which the optional ones may be missing. */
export function arbitrarySchema(
  domain: Domain,
): fc.Arbitrary<{ readonly fields: Record<string, AnyField>; readonly input: Record<string, unknown> }> {
  return fc.array(arbitrarySample(domain), { minLength: 1, maxLength: 6 }).chain((samples) => {
    const named = Object.fromEntries(samples.map((sample, index) => [`f${index}`, sample]))
    const required = Object.keys(named).filter((name) => named[name]?.spec.isRequired)
    return fc.record({
      fields: fc.constant(Object.fromEntries(Object.entries(named).map(([name, { spec }]) => [name, spec]))),
      input: fc.record(Object.fromEntries(Object.entries(named).map(([name, { valid }]) => [name, valid])), { requiredKeys: required }),
    })
  })
}
