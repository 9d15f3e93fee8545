import type { Page, ReadView, Repository } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import { Customer, domain, Money, Order, OrderBoard } from './shop.ts'

class Orders extends domain.repository(Order) {
  drafts() {
    return this.query.filter({ status: 'draft' }).orderBy('-total').all()
  }

  async newest(): Promise<Order | undefined> {
    return this.query.first()
  }
}

describe('a repository', () => {
  test('gives and takes its element', () => {
    const customers = domain.repositoryFor(Customer)
    expectTypeOf(customers).toEqualTypeOf<Repository<Customer>>()
    expectTypeOf(customers.get('c-1')).toEqualTypeOf<Promise<Customer>>()
    expectTypeOf(customers.find('c-1')).toEqualTypeOf<Promise<Customer | undefined>>()
    expectTypeOf(customers.findBy({ name: 'x' })).toEqualTypeOf<Promise<Customer>>()
    expectTypeOf(customers.exists({ name: 'x' })).toEqualTypeOf<Promise<boolean>>()
    expectTypeOf(customers.add(new Customer({ name: 'x' }))).toEqualTypeOf<Promise<Customer>>()
    expectTypeOf(customers.remove(new Customer({ name: 'x' }))).toEqualTypeOf<Promise<void>>()
    expectTypeOf(domain.repositoryFor(OrderBoard)).toEqualTypeOf<Repository<OrderBoard>>()
    // @ts-expect-error another element
    customers.add(new Order({ customerId: 'c-1' }))
    // @ts-expect-error no such field
    customers.findBy({ nam: 'x' })
    // @ts-expect-error of another type
    customers.findBy({ name: 3 })
    // @ts-expect-error an identity is text
    customers.get(3)
  })

  test('of your own has your methods, and is got by its class', () => {
    const orders = domain.repositoryFor(Orders)
    expectTypeOf(orders).toEqualTypeOf<Orders>()
    expectTypeOf(orders.drafts()).resolves.toExtend<{ readonly items: readonly Order[]; readonly total: number }>()
    expectTypeOf(orders.newest()).toEqualTypeOf<Promise<Order | undefined>>()
    expectTypeOf(orders.get('o-1')).toEqualTypeOf<Promise<Order>>()
    expectTypeOf(domain.repositoryFor(Order)).toEqualTypeOf<Repository<Order>>()
  })

  test('is of an element', () => {
    // @ts-expect-error an instance
    domain.repositoryFor(new Customer({ name: 'x' }))
    // @ts-expect-error a name
    domain.repositoryFor('Customer')
  })

  test('hands the element to a query and its results', async () => {
    const page = await domain
      .repositoryFor(Order)
      .query.filter({ 'price.currency': 'EUR', total: { gte: 1 } })
      .all()
    expectTypeOf(page).toEqualTypeOf<Page<Order>>()
    expectTypeOf(page.first).toEqualTypeOf<Order | undefined>()
    for (const order of page) expectTypeOf(order).toEqualTypeOf<Order>()
  })
})

describe('a view', () => {
  const view = domain.viewFor(OrderBoard)

  test('gives its projection read-only', async () => {
    expectTypeOf(view).toEqualTypeOf<ReadView<OrderBoard>>()
    const board = await view.get('o-1')
    expectTypeOf(board).toEqualTypeOf<Readonly<OrderBoard>>()
    expectTypeOf(board.total).toEqualTypeOf<number>()
    expectTypeOf(await view.find('o-1')).toEqualTypeOf<Readonly<OrderBoard> | undefined>()
    expectTypeOf(await view.findBy({ status: 'draft' })).toEqualTypeOf<Readonly<OrderBoard>>()
    expectTypeOf(await view.count()).toEqualTypeOf<number>()
    expectTypeOf(await view.exists('o-1')).toEqualTypeOf<boolean>()
    expectTypeOf(await view.exists({ total: { gt: 1 } })).toEqualTypeOf<boolean>()
    // @ts-expect-error read-only
    board.total = 1
  })

  test('changes nothing', () => {
    // @ts-expect-error a view cannot add
    view.add(new OrderBoard({ orderId: 'o-1' }))
    // @ts-expect-error a view cannot remove
    view.remove(new OrderBoard({ orderId: 'o-1' }))
    // @ts-expect-error nor can its query update
    view.query.update({ total: 1 })
    // @ts-expect-error nor delete
    view.query.filter({ total: 1 }).delete()
  })

  test('is of a projection', () => {
    // @ts-expect-error an aggregate is read through its repository
    domain.viewFor(Order)
    // @ts-expect-error a value object is not stored on its own
    domain.viewFor(Money)
    // @ts-expect-error a value object is not stored on its own
    domain.repositoryFor(Money)
  })
})
