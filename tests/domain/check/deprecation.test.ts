import { Domain, field } from 'proteanjs'
import { expect, test } from 'vitest'

test('what is deprecated is found, with since when, until when and what to use instead', async () => {
  const domain = new Domain('shop')
  domain.aggregate('Order', { code: field.string({ deprecated: { since: '1.2', removal: '2.0' } }), total: field.float() })
  domain.event('OrderMade', { id: field.identifier() }, { partOf: 'Order', deprecated: '1.3', supersededBy: 'OrderPlaced' })
  domain.event('OrderPlaced', { id: field.identifier() }, { partOf: 'Order' })
  domain.valueObject('Money', {}, { deprecated: { since: '1.4' } })
  const { diagnostics } = await domain.check()
  const found = diagnostics.filter(({ category }) => category === 'deprecation')
  expect(
    found.map(({ code, element, field: name = '', level, message, fix }) => [code, element, name, level, message, fix].join(' | ')),
  ).toEqual([
    'DEPRECATED_FIELD | Order | code | info | is deprecated since 1.2 and will be removed in 2.0. | Stop using it, then remove it.',
    'DEPRECATED_ELEMENT | OrderMade |  | info | is deprecated since 1.3. | Use OrderPlaced instead, then remove it.',
    'DEPRECATED_ELEMENT | Money |  | info | is deprecated since 1.4. | Stop using it, then remove it.',
  ])
})
