import type { Constructor, EventMessage } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { problemsOf, testMistakes, untyped } from './mistakes.ts'

const nothing = async () => undefined as never

/** An aggregate with a command and an event, and a projection with a query; nothing is handled yet. */
function shopIn(domain: Domain) {
  class Order extends domain.aggregate('Order', {}) {}
  class PlaceOrder extends domain.command('PlaceOrder', {}, { partOf: 'Order' }) {}
  class OrderPlaced extends domain.event('OrderPlaced', {}, { partOf: 'Order' }) {}
  return { Order, PlaceOrder, OrderPlaced }
}

function reportsIn(domain: Domain) {
  class Report extends domain.projection('Report', { id: field.string({ identifier: true }) }) {}
  class GetReport extends domain.query('GetReport', {}, { partOf: 'Report' }) {}
  return { Report, GetReport }
}

describe('handlers', () => {
  testMistakes([
    {
      title: 'a command that nothing handles',
      declare: (domain) => shopIn(domain),
      code: 'COMMAND_UNHANDLED',
      element: 'PlaceOrder',
      message: 'is a command that nothing handles',
      fix: 'Add .handle(PlaceOrder',
    },
    {
      title: 'a query that nothing answers',
      declare: (domain) => reportsIn(domain),
      code: 'QUERY_UNHANDLED',
      element: 'GetReport',
      message: 'is a query that nothing answers',
      fix: 'Add .handle(GetReport',
    },
    {
      title: 'a command handled by two handlers, naming both',
      declare: (domain) => {
        const { Order, PlaceOrder } = shopIn(domain)
        domain.commandHandler('First', { partOf: Order }).handle(PlaceOrder, nothing)
        domain.commandHandler('Second', { partOf: Order }).handle(PlaceOrder, nothing)
      },
      code: 'HANDLER_DUPLICATE',
      element: 'Second',
      message: 'handles PlaceOrder, which First handles already',
      fix: 'a command has exactly one handler',
    },
    {
      title: 'a query handled twice in one handler',
      declare: (domain) => {
        const { Report, GetReport } = reportsIn(domain)
        domain.queryHandler('Reports', { partOf: Report }).handle(GetReport, nothing).handle(GetReport, nothing)
      },
      code: 'HANDLER_DUPLICATE',
      element: 'Reports',
      message: 'handles GetReport, which it handles already',
      fix: 'a query has exactly one handler',
    },
    {
      title: 'an event in a command handler',
      declare: (domain) => {
        const { Order, PlaceOrder, OrderPlaced } = shopIn(domain)
        domain
          .commandHandler('Orders', { partOf: Order })
          .handle(PlaceOrder, nothing)
          .handle(untyped<typeof PlaceOrder>(OrderPlaced), nothing)
      },
      code: 'HANDLER_TARGET',
      element: 'Orders',
      message: 'names OrderPlaced in .handle(), which is an event',
      fix: 'Name a command there',
    },
    {
      title: 'a projector that takes any event',
      declare: (domain) => {
        const Report = domain.projection('Report', { id: field.string({ identifier: true }) })
        domain.projector('Reports', { projectorFor: Report }).on(untyped<Constructor<EventMessage>>('any'), nothing)
      },
      code: 'ELEMENT_UNKNOWN',
      element: 'Reports',
      message: 'names any in .on()',
      fix: 'Declare it',
    },
    {
      title: 'a class that was never declared',
      declare: (domain) => {
        const { Order } = declared(domain)
        domain.eventHandler('Reactions', { partOf: Order }).handle(untyped<Constructor<EventMessage>>(class OrderLost {}), nothing)
      },
      code: 'ELEMENT_UNKNOWN',
      element: 'Reactions',
      message: 'names OrderLost in .handle(), which is not an element',
      fix: 'by class',
    },
    {
      title: 'a class that a circular import left undefined',
      declare: (domain) => {
        const { Order } = declared(domain)
        domain.eventHandler('Reactions', { partOf: Order }).handle(untyped<Constructor<EventMessage>>(undefined), nothing)
      },
      code: 'ELEMENT_UNKNOWN',
      element: 'Reactions',
      message: 'names undefined in .handle()',
      fix: 'If modules import each other',
    },
    {
      title: 'an abstract event',
      declare: (domain) => {
        const { Order } = declared(domain)
        const Base = domain.event('Base', {}, { abstract: true })
        domain.eventHandler('Reactions', { partOf: Order }).handle(Base, nothing)
      },
      code: 'ELEMENT_ABSTRACT',
      element: 'Reactions',
      message: 'names Base in .handle(), which is abstract',
      fix: 'Name an event that extends it',
    },
    {
      title: 'an event of another domain that is not registered here',
      declare: (domain) => {
        const { Order } = declared(domain)
        const { OrderPlaced } = shopIn(new Domain('other'))
        domain.eventHandler('Reactions', { partOf: Order }).handle(OrderPlaced, nothing)
      },
      code: 'ELEMENT_FOREIGN',
      element: 'Reactions',
      message: 'handles OrderPlaced, which belongs to the domain other',
      fix: 'domain.registerExternalEvent(OrderPlaced',
    },
    {
      title: 'a command of another domain',
      declare: (domain) => {
        const { Order } = declared(domain)
        domain.commandHandler('Orders', { partOf: Order }).handle(shopIn(new Domain('other')).PlaceOrder, nothing)
      },
      code: 'ELEMENT_FOREIGN',
      element: 'Orders',
      message: 'names PlaceOrder in .handle(), which belongs to the domain other',
      fix: 'Name a command of the domain shop',
    },
    {
      title: 'something that is not a function',
      declare: (domain) => {
        const { Order } = declared(domain)
        const OrderPlaced = domain.event('OrderPlaced', {}, { partOf: Order })
        domain.eventHandler('Reactions', { partOf: Order }).handle(OrderPlaced, untyped<() => Promise<void>>({}))
      },
      code: 'HANDLER_FUNCTION_MISSING',
      element: 'Reactions',
      message: 'handles OrderPlaced with something that is not a function',
      fix: '.handle(OrderPlaced, async',
    },
    {
      title: 'two handlers of one name',
      declare: (domain) => {
        const { Order } = declared(domain)
        domain.eventHandler('Orders', { partOf: Order })
        domain.commandHandler('Orders', { partOf: Order })
      },
      code: 'HANDLER_NAME_TAKEN',
      element: 'Orders',
      message: 'is the name of an event handler and of a command handler',
      fix: 'give one of them another',
    },
    {
      title: 'a handler without a name',
      declare: (domain) => domain.eventHandler('', { partOf: declared(domain).Order }),
      code: 'HANDLER_NAME_INVALID',
      element: 'an event handler without a name',
      message: 'has no name',
      fix: 'as its first argument',
    },
  ])
})

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

describe('services and repositories', () => {
  testMistakes([
    {
      title: 'an application service of nothing',
      declare: (domain) => domain.applicationService('Checkout', untyped<{ partOf: string }>({}), {}),
      code: 'PART_OF_MISSING',
      element: 'Checkout',
      message: 'is an application service of nothing',
      fix: 'Add { partOf: … } with its aggregate',
    },
    {
      title: 'an application service of an aggregate that does not exist',
      declare: (domain) => declared(domain) && domain.applicationService('Checkout', { partOf: 'Orders' }, {}),
      code: 'ELEMENT_UNKNOWN',
      element: 'Checkout',
      message: 'names Orders in partOf',
      fix: 'Did you mean Order?',
    },
    {
      title: 'a domain service of one aggregate, named twice',
      declare: (domain) => {
        const { Order } = declared(domain)
        domain.domainService('Transfer', { partOf: [Order, Order] }, () => undefined)
      },
      code: 'SERVICE_TOO_NARROW',
      element: 'Transfer',
      message: 'is a domain service of one aggregate only',
      fix: 'Name two aggregates or more',
    },
    {
      title: 'a domain service of a value object',
      declare: (domain) => {
        const { Order } = declared(domain)
        const Money = domain.valueObject('Money', {})
        domain.domainService('Transfer', { partOf: [Order, Money] }, () => undefined)
      },
      code: 'PART_OF_INVALID',
      element: 'Transfer',
      message: 'names Money in partOf, which is a value object',
      fix: 'Name an aggregate there',
    },
    {
      title: 'a domain service whose aggregates are no list',
      declare: (domain) =>
        domain.domainService('Transfer', { partOf: untyped<readonly string[]>(declared(domain).Order) }, () => undefined),
      code: 'OPTION_INVALID',
      element: 'Transfer',
      message: 'has { partOf: the function Order }',
      fix: 'partOf is a list of classes or names',
    },
    {
      title: 'two custom repositories of one aggregate, made on two bases',
      declare: (domain) => {
        const { Order } = declared(domain)
        return [class Orders extends domain.repository(Order) {}, class Others extends domain.repository(Order) {}]
      },
      code: 'REPOSITORY_TAKEN',
      element: 'Order',
      message: 'has two custom repositories',
      fix: 'into one class that extends domain.repository(Order)',
    },
  ])
})

function declared(domain: Domain) {
  return { Order: class Order extends domain.aggregate('Order', {}) {} }
}
