import type { Field } from 'proteanjs'
import { Domain, ValidationError } from 'proteanjs'
import { expect } from 'vitest'
import { definitionOf } from '../../../src/model/definition.ts'

type AnyField = Field<unknown, unknown>
type Outcome = { readonly value: unknown } | { readonly issues: readonly string[] }

/** What becomes of an input: the same in a value object, in a new aggregate, and assigned to one that has no value there yet. */
export function admit(spec: AnyField, input: unknown): Outcome {
  const domain = new Domain('fields')
  class Value extends domain.valueObject('Value', { it: spec }) {}
  class Thing extends domain.aggregate('Thing', { it: spec }) {}
  const ways = [
    () => new Value({ it: input } as never).it,
    () => new Thing({ it: input } as never).it,
    () => {
      const thing = definitionOf(Thing)?.restore({ id: 'thing-1' }) as { it: unknown }
      thing.it = input
      return thing.it
    },
  ]
  const [outcome, ...others] = ways.map(outcomeOf)
  for (const other of others) expect(other).toEqual(outcome)
  return outcome as Outcome
}

export function admitted(spec: AnyField, input: unknown): unknown {
  const outcome = admit(spec, input)
  if ('issues' in outcome) expect.unreachable(`refused: ${outcome.issues.join(', ')}`)
  return 'value' in outcome ? outcome.value : undefined
}

/** The issues as `path CODE`. */
export function refusals(spec: AnyField, input: unknown): readonly string[] {
  const outcome = admit(spec, input)
  return 'issues' in outcome ? outcome.issues : []
}

function outcomeOf(way: () => unknown): Outcome {
  try {
    return { value: way() }
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    return { issues: error.issues.map(({ path, code }) => `${path} ${code}`) }
  }
}
