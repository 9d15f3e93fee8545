import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { problemsOf, testMistakes, untyped } from './mistakes.ts'
import { declared, reportsIn, shopIn } from './small-shop.ts'

const nothing = async () => undefined as never

describe('what handlers belong to', () => {
  testMistakes([
    {
      title: 'a command handler of nothing',
      declare: (domain) => domain.commandHandler('Orders', untyped<{ partOf: string }>({})),
      code: 'PART_OF_MISSING',
      element: 'Orders',
      message: 'is a command handler of nothing',
      fix: 'Add { partOf: … } with the name or class of its aggregate',
    },
    {
      title: 'a handler whose aggregate a circular import left undefined',
      declare: (domain) => domain.commandHandler('Orders', { partOf: untyped<string>(undefined) }),
      code: 'PART_OF_MISSING',
      element: 'Orders',
      message: 'whose partOf is undefined',
      fix: 'If modules import each other',
    },
    {
      title: 'a projector for nothing',
      declare: (domain) => domain.projector('Reports', untyped<{ projectorFor: string }>({})),
      code: 'PART_OF_MISSING',
      element: 'Reports',
      message: 'is a projector of nothing',
      fix: 'Add { projectorFor: … } with the name or class of its projection',
    },
    {
      title: 'a projector for an aggregate',
      declare: (domain) => domain.projector('Reports', { projectorFor: declared(domain).Order }),
      code: 'PART_OF_INVALID',
      element: 'Reports',
      message: 'names Order in projectorFor, which is an aggregate',
      fix: 'Name a projection there',
    },
    {
      title: 'a projector of an event whose aggregate it does not name',
      declare: (domain) => {
        const { Order } = declared(domain)
        const Stock = domain.aggregate('Stock', {})
        const StockTaken = domain.event('StockTaken', {}, { partOf: Stock })
        const Report = domain.projection('Report', { id: field.string({ identifier: true }) })
        domain.projector('Reports', { projectorFor: Report, aggregates: [Order] }).on(StockTaken, nothing)
      },
      code: 'PROJECTOR_AGGREGATES',
      element: 'Reports',
      message: 'handles StockTaken of Stock, which its aggregates do not name',
      fix: 'Add Stock to aggregates',
    },
    {
      title: 'a projector whose aggregates are none',
      declare: (domain) => {
        const Report = domain.projection('Report', { id: field.string({ identifier: true }) })
        domain.projector('Reports', { projectorFor: Report, aggregates: [Report] })
      },
      code: 'PART_OF_INVALID',
      element: 'Reports',
      message: 'names Report in aggregates, which is a projection',
      fix: 'Name an aggregate there',
    },
    {
      title: 'a command handled outside its aggregate',
      declare: (domain) => {
        const { PlaceOrder } = shopIn(domain)
        domain.commandHandler('Stocks', { partOf: domain.aggregate('Stock', {}) }).handle(PlaceOrder, nothing)
      },
      code: 'HANDLER_OF_OTHER',
      element: 'Stocks',
      message: 'is part of Stock, but PlaceOrder is part of Order',
      fix: 'Handle it in a command handler of Order',
    },
    {
      title: 'a query handled outside its projection',
      declare: (domain) => {
        const { GetReport } = reportsIn(domain)
        const Other = domain.projection('Other', { id: field.string({ identifier: true }) })
        domain.queryHandler('Others', { partOf: Other }).handle(GetReport, nothing)
      },
      code: 'HANDLER_OF_OTHER',
      element: 'Others',
      message: 'is part of Other, but GetReport is part of Report',
      fix: 'Handle it in a query handler of Report',
    },
    {
      title: 'a handler of an abstract aggregate',
      declare: (domain) => domain.eventHandler('Reactions', { partOf: domain.aggregate('Base', {}, { abstract: true }) }),
      code: 'ELEMENT_ABSTRACT',
      element: 'Reactions',
      message: 'names Base in partOf, which is abstract',
      fix: 'Name an aggregate that extends it',
    },
    {
      title: 'a category without its domain, with the full one',
      declare: (domain) =>
        domain.aggregate('OrderItem', {}) && domain.eventHandler('Audit', { streamCategory: 'orderItem' }).handle('any', nothing),
      code: 'CATEGORY_UNKNOWN',
      element: 'Audit',
      message: 'listens to orderItem, which is the category of no aggregate',
      fix: 'Did you mean shop::order_item?',
    },
    {
      title: 'a category that no aggregate has, also where it is not used',
      declare: (domain) => domain.aggregate('Order', {}) && domain.eventHandler('Audit', { streamCategory: 'shop::invoice' }),
      code: 'CATEGORY_UNKNOWN',
      element: 'Audit',
      message: 'listens to shop::invoice',
      fix: 'Categories are shop::order, $all',
    },
  ])

  test('an event handler may listen to its aggregate, to another, to everything, and to another domain', async () => {
    const domain = new Domain('shop')
    const { Order } = declared(domain)
    domain.eventHandler('Own', { partOf: Order }).handle('any', nothing)
    domain.eventHandler('Other', { streamCategory: 'shop::order' }).handle('any', nothing)
    domain.eventHandler('All', { streamCategory: '$all' }).handle('any', nothing)
    domain.eventHandler('Foreign', { partOf: Order, streamCategory: 'billing::invoice' }).handle('any', nothing)
    expect(await problemsOf(domain)).toEqual([])
  })

  test('a projector may name the abstract aggregate whose event it handles, or one that extends it', async () => {
    const domain = new Domain('shop')
    const Base = domain.aggregate('Base', {}, { abstract: true })
    const Order = domain.aggregate('Order', {}, { extends: Base })
    const Closed = domain.event('Closed', {}, { partOf: Base })
    const Report = domain.projection('Report', { id: field.string({ identifier: true }) })
    domain.projector('First', { projectorFor: Report, aggregates: [Base] }).on(Closed, nothing)
    domain.projector('Second', { projectorFor: Report, aggregates: [Order] }).on(Closed, nothing)
    expect(await problemsOf(domain)).toEqual([])
  })
})
