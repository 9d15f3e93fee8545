import { describe, expectTypeOf, test } from 'vitest'
import { Customer, domain, Order } from './shop.ts'

describe('an application service', () => {
  const service = domain.applicationService(
    'Registration',
    { partOf: Customer },
    {
      async register(name: string, email?: string) {
        const customer = new Customer({ name, email })
        await domain.repositoryFor(Customer).add(customer)
        return customer.id
      },
      async registerAll(...names: readonly string[]) {
        return Promise.all(names.map((name) => this.register(name)))
      },
    },
  )

  test('keeps the signature of every function', () => {
    expectTypeOf(service.register).toEqualTypeOf<(name: string, email?: string) => Promise<string>>()
    expectTypeOf(service.registerAll).toEqualTypeOf<(...names: readonly string[]) => Promise<string[]>>()
    // @ts-expect-error a name is needed
    service.register()
    // @ts-expect-error no such function
    service.registr('x')
    // @ts-expect-error declared once
    service.register = async () => ''
  })

  test('has asynchronous functions only', () => {
    const odd = domain.applicationService('Odd', { partOf: Customer }, { length: (name: string) => name.length, limit: 3, async wait() {} })
    expectTypeOf(odd).toEqualTypeOf<{ readonly length: never; readonly limit: never; readonly wait: () => Promise<void> }>()
    // @ts-expect-error part of what?
    domain.applicationService('Odd', {}, { async nothing() {} })
  })
})

describe('a domain service', () => {
  test('keeps the signature of its function', () => {
    const assign = domain.domainService('Assign', { partOf: [Order, Customer] }, (order: Order, customer: Customer, note?: string) => {
      order.note = note
      return customer.name.length
    })
    expectTypeOf(assign).toEqualTypeOf<(order: Order, customer: Customer, note?: string) => number>()
    // @ts-expect-error the other way round
    assign(new Customer({ name: 'x' }), new Order({ customerId: 'c-1' }))
    // @ts-expect-error a list of them
    domain.domainService('Odd', { partOf: Order }, (order: Order) => order)
  })
})
