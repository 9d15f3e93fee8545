import type { Constructor, EventMessage } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { describe } from 'vitest'
import { testMistakes, untyped } from './mistakes.ts'
import { declared, reportsIn, shopIn } from './small-shop.ts'

const nothing = async () => undefined as never

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
