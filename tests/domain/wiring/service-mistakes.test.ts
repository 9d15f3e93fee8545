import { describe } from 'vitest'
import { testMistakes, untyped } from './mistakes.ts'
import { declared } from './small-shop.ts'

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
