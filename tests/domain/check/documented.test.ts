import { Domain, field } from 'proteanjs'
import { expect, test } from 'vitest'
import { shortNames } from './naming.ts'

test('the examples of the page on checks do what it says', async () => {
  const domain = new Domain('shop')
  domain.aggregate('Order', {})
  // #region suppressed
  domain.event('OrderNoted', { orderId: field.identifier() }, { partOf: 'Order', suppressChecks: ['UNHANDLED_EVENT'] })
  // #endregion suppressed
  domain.event('OrderPlaced', { orderId: field.identifier() }, { partOf: 'Order' })
  // #region check
  const { status, errors, diagnostics, counts } = await domain.check()
  // #endregion check
  expect({ status, errors, counts }).toEqual({ status: 'warn', errors: [], counts: { errors: 0, warnings: 2, infos: 1 } })
  expect(diagnostics.map(({ code, element }) => `${code} ${element}`)).toEqual([
    'AGGREGATE_NO_INVARIANTS Order',
    'AGGREGATE_WITHOUT_COMMAND_HANDLER Order',
    'UNHANDLED_EVENT OrderPlaced',
  ])
})

test('a rule of your own is named in the configuration', async () => {
  const domain = new Domain('shop', { root: import.meta.dirname, config: { lint: { rules: [`./naming.ts#${shortNames.name}`] } } })
  const name = 'OrderThatWasPlacedByACustomerInAShopSomewhere'
  domain.aggregate(name, {})
  const { diagnostics } = await domain.check({ traverse: false })
  expect(diagnostics.at(-1)).toEqual({
    code: 'NAME_TOO_LONG',
    category: 'custom',
    element: name,
    level: 'info',
    message: 'has a long name.',
    rationale: '',
    fix: '',
  })
})
