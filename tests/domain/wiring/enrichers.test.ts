import { Domain } from 'proteanjs'
import { expect, test } from 'vitest'
import { untyped } from './mistakes.ts'

test.each(['registerEventEnricher', 'registerCommandEnricher', 'registerAggregateEnricher'] as const)('%s() takes a function', (method) => {
  const domain = new Domain('shop')
  for (const wrong of [undefined, null, {}, 'text'])
    expect(() => domain[method](untyped<() => undefined>(wrong))).toThrow(
      expect.objectContaining({ code: 'ENRICHER_NOT_CALLABLE', message: expect.stringContaining(method) }),
    )
  expect(() => domain[method](() => undefined)).not.toThrow()
})
