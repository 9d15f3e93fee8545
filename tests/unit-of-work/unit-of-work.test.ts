import { ExpectedVersionError, field, IncorrectUsageError, ObjectNotFoundError, TransactionError, ValidationError } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Shop } from '../support/shop.ts'
import { makeShop } from '../support/shop.ts'

let shop: Shop

beforeEach(async () => {
  shop = makeShop()
  await shop.domain.init()
})
afterEach(() => shop.domain.close())

function newOrder(shop: Shop, quantity = 1) {
  return new shop.Order({ customerId: 'c', price: new shop.Money({ amount: 5 }), lines: [new shop.Line({ sku: 'a', quantity })] })
}

function storedTypes(shop: Shop) {
  return shop.domain.eventStore.readAll({ limit: 1000 }).then((page) => page.messages.map((message) => message.type))
}

describe('what is read is what was saved', () => {
  test('an order with value object, lines and remarks survives a round trip', async () => {
    const { domain, Order, Line, Remark } = shop
    const order = newOrder(shop)
    order.lines.add(new Line({ sku: 'b', quantity: 2, remarks: [new Remark({ text: 'fragile' }), new Remark({ text: 'gift' })] }))
    await domain.repositoryFor(Order).add(order)
    const read = await domain.repositoryFor(Order).get(order.id)
    expect(read).not.toBe(order)
    expect(read.toObject()).toEqual(order.toObject())
    expect(read._version).toBe(0)
    expect(read.lines[1]?.remarks.map((remark) => remark.text)).toEqual(['fragile', 'gift'])
    expect(read.lines[0]?._owner).toBe(read)
    expect(read.lines[1]?.remarks[0]?._root).toBe(read)
  })

  test('W9: all 150 children of an aggregate come back, in order', async () => {
    const { domain } = shop
    class Entry extends domain.entity('Entry', { number: field.integer({ required: true }) }, { partOf: 'Ledger' }) {}
    class Ledger extends domain.aggregate('Ledger', { entries: field.hasMany(Entry) }) {}
    await domain.init()
    const ledger = new Ledger({ entries: Array.from({ length: 150 }, (_, number) => new Entry({ number })) })
    await domain.repositoryFor(Ledger).add(ledger)
    const read = await domain.repositoryFor(Ledger).get(ledger.id)
    expect(read.entries.map((entry) => entry.number)).toEqual(Array.from({ length: 150 }, (_, number) => number))
  })

  test('a value object whose parts are all absent is not mistaken for none', async () => {
    const { domain } = shop
    class Address extends domain.valueObject('Address', { street: field.string(), city: field.string() }) {}
    class Person extends domain.aggregate('Person', { home: field.valueObject(Address), work: field.valueObject(Address) }) {}
    await domain.init()
    const person = new Person({ home: new Address({}) })
    await domain.repositoryFor(Person).add(person)
    const read = await domain.repositoryFor(Person).get(person.id)
    expect(read.home).toBeInstanceOf(Address)
    expect(read.work).toBeUndefined()
  })

  test('a removed line takes its remarks with it', async () => {
    const { domain, Order, Line, Remark } = shop
    const order = newOrder(shop)
    const line = new Line({ sku: 'b', quantity: 1, remarks: [new Remark({ text: 'x' })] })
    order.lines.add(line)
    const orders = domain.repositoryFor(Order)
    await orders.add(order)
    order.lines.remove(line)
    await orders.add(order)
    expect((await orders.get(order.id)).lines).toHaveLength(1)
    order.lines.add(new Line({ id: line.id, sku: 'b', quantity: 1 }))
    await orders.add(order)
    expect((await orders.get(order.id)).lines.find(line.id)?.remarks).toHaveLength(0)
  })
})

describe('no update is lost (G2)', () => {
  test('versions go -1, 0, 1 however often one instance is saved, and a stale copy is refused', async () => {
    const { domain, Order } = shop
    const orders = domain.repositoryFor(Order)
    const order = newOrder(shop)
    expect(order._version).toBe(-1)
    await orders.add(order)
    const stale = await orders.get(order.id)
    order.note = 'one'
    await orders.add(order)
    order.note = 'two'
    await orders.add(order)
    expect(order._version).toBe(2)
    stale.note = 'stale'
    await expect(orders.add(stale)).rejects.toMatchObject({ code: 'EXPECTED_VERSION', expected: 0, actual: 2 })
    expect(stale._version).toBe(0)
    expect((await orders.get(order.id)).note).toBe('two')
  })

  test('saving what has not changed writes nothing', async () => {
    const orders = shop.domain.repositoryFor(shop.Order)
    const order = newOrder(shop)
    await orders.add(order)
    const read = await orders.get(order.id)
    await orders.add(read)
    expect(read._version).toBe(0)
  })

  type Order = InstanceType<Shop['Order']>
  test.each<[string, (order: Order) => void]>([
    ['a line is added', (order) => order.lines.add(new shop.Line({ sku: 'z', quantity: 1 }))],
    ['a line is removed', (order) => order.lines.remove(...order.lines.slice(0, 1))],
    [
      'a line is changed',
      (order) => {
        for (const line of order.lines) line.quantity = 9
      },
    ],
    ['a remark of a line is added', (order) => order.lines[0]?.remarks.add(new shop.Remark({ text: 'r' }))],
    ['the order of the lines is changed', (order) => order.lines.replace([...order.lines].reverse())],
  ])('the version of the order moves when %s', async (_what, change) => {
    const orders = shop.domain.repositoryFor(shop.Order)
    const order = newOrder(shop)
    order.lines.add(new shop.Line({ sku: 'b', quantity: 1 }))
    await orders.add(order)
    const read = await orders.get(order.id)
    change(read)
    await orders.add(read)
    const again = await orders.get(order.id)
    expect(again._version).toBe(1)
    expect(again.lines.map((line) => line.sku)).toEqual(read.lines.map((line) => line.sku))
  })

  test('two who add a line at the same time cannot both succeed', async () => {
    const { domain, Order, Line } = shop
    const orders = domain.repositoryFor(Order)
    const order = newOrder(shop)
    order.lines.add(new Line({ sku: 'b', quantity: 1 }))
    await orders.add(order)
    const [one, two] = [await orders.get(order.id), await orders.get(order.id)]
    one.lines.add(new Line({ sku: 'c', quantity: 1 }))
    two.lines.add(new Line({ sku: 'd', quantity: 1 }))
    await orders.add(one)
    await expect(orders.add(two)).rejects.toBeInstanceOf(ExpectedVersionError)
    expect((await orders.get(order.id)).lines).toHaveLength(3)
  })
})

describe('one unit of work', () => {
  test('the same identity always gives the same instance', async () => {
    const { domain, Order } = shop
    const order = newOrder(shop)
    await domain.repositoryFor(Order).add(order)
    await domain.unitOfWork(async () => {
      const orders = domain.repositoryFor(Order)
      const [a, b] = [await orders.get(order.id), await orders.get(order.id)]
      expect(a).toBe(b)
      expect((await orders.query.filter({ customerId: 'c' }).all()).items[0]).toBe(a)
    })
  })

  test('objects of two kinds may have the same identity, and both keep their events', async () => {
    const { domain, Order, Stock, Line } = shop
    await domain.unitOfWork(async () => {
      const order = new Order({ id: '1', customerId: 'c', lines: [new Line({ sku: 'a', quantity: 1 })] })
      order.place()
      const stock = new Stock({ sku: '1', left: 5 })
      stock.take(1)
      await domain.repositoryFor(Order).add(order)
      await domain.repositoryFor(Stock).add(stock)
    })
    expect((await storedTypes(shop)).sort()).toEqual(['Shop.OrderPlaced.v1', 'Shop.StockTaken.v1'])
  })

  test('a query after add keeps the instance and its events, and sees the change', async () => {
    const { domain, Order } = shop
    await domain.unitOfWork(async () => {
      const orders = domain.repositoryFor(Order)
      const order = newOrder(shop)
      order.place()
      await orders.add(order)
      const found = (await orders.query.filter({ status: 'placed' }).all()).items
      expect(found).toEqual([order])
      expect(found[0]).toBe(order)
      order.annotate('later')
      await orders.add(order)
    })
    expect(await storedTypes(shop)).toEqual(['Shop.OrderPlaced.v1', 'Shop.OrderNoted.v1'])
    expect((await domain.repositoryFor(Order).query.all()).items[0]?.note).toBe('later')
  })

  test('what a unit of work flushed for a query is taken back with it, versions and events included', async () => {
    const { domain, Order } = shop
    const orders = domain.repositoryFor(Order)
    const order = newOrder(shop)
    await orders.add(order)
    const read = await orders.get(order.id)
    const failing = domain.unitOfWork(async () => {
      read.annotate('never')
      await orders.add(read)
      expect(await orders.exists({ note: 'never' })).toBe(true)
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(read._version).toBe(0)
    expect(read._events).toHaveLength(1)
    expect(await orders.exists({ note: 'never' })).toBe(false)
    expect(await storedTypes(shop)).toEqual([])
    await orders.add(read)
    expect(read._version).toBe(1)
    expect(await storedTypes(shop)).toEqual(['Shop.OrderNoted.v1'])
  })

  test('an instance saved, changed and saved again stores each event once', async () => {
    const { domain, Order } = shop
    const orders = domain.repositoryFor(Order)
    const order = newOrder(shop)
    order.place()
    await orders.add(order)
    order.annotate('again')
    await orders.add(order)
    const { messages } = await domain.eventStore.readAll({ limit: 10 })
    expect(messages.map((message) => message.metadata.domain.sequenceId)).toEqual(['0.1', '1.1'])
    expect(new Set(messages.map((message) => message.id)).size).toBe(2)
  })

  test('an inner unit of work joins; when it fails and the error is caught, the outer one throws and stores nothing', async () => {
    const { domain, Order } = shop
    const outer = domain.unitOfWork(async () => {
      await domain.repositoryFor(Order).add(newOrder(shop))
      await domain.unitOfWork(() => Promise.reject(new Error('inner'))).catch(() => undefined)
    })
    await expect(outer).rejects.toMatchObject({ code: 'ROLLBACK_ONLY', cause: { message: 'inner' } })
    await expect(outer).rejects.toBeInstanceOf(TransactionError)
    expect(await domain.repositoryFor(Order).query.count()).toBe(0)
  })

  test('a removed object is gone at once for this unit of work, and for others after the commit', async () => {
    const { domain, Order } = shop
    const orders = domain.repositoryFor(Order)
    const order = newOrder(shop)
    await orders.add(order)
    await domain.unitOfWork(async () => {
      await orders.remove(await orders.get(order.id))
      expect(await orders.find(order.id)).toBeUndefined()
      expect(await orders.query.count()).toBe(0)
    })
    await expect(orders.get(order.id)).rejects.toBeInstanceOf(ObjectNotFoundError)
  })

  test('a taken unique value is a validation error of that field, and nothing is stored', async () => {
    const { domain, Order } = shop
    const orders = domain.repositoryFor(Order)
    await orders.add(new Order({ customerId: 'c', email: 'a@b.c' }))
    const second = new Order({ customerId: 'd', email: 'a@b.c' })
    await expect(orders.add(second)).rejects.toMatchObject({ messages: { email: ['is taken already'] } })
    await expect(orders.add(second)).rejects.toBeInstanceOf(ValidationError)
    expect(second._version).toBe(-1)
    await orders.add(new Order({ customerId: 'e' }))
    await orders.add(new Order({ customerId: 'f' }))
    expect(await orders.query.count()).toBe(3)
  })

  test('a repository refuses objects of another kind', async () => {
    const { domain, Order, Stock } = shop
    const stock = new Stock({ sku: 's' }) as unknown as InstanceType<typeof Order>
    await expect(domain.repositoryFor(Order).add(stock)).rejects.toMatchObject({ code: 'WRONG_ELEMENT' })
    expect(IncorrectUsageError).toBeDefined()
  })
})
