import { and, not, or } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { Address, databaseCalls, idsOf, Money, Offer, Order, OrderItem, orders, Part, Size, Slot, shop, store, useShop } from './shop.ts'

useShop()

const usd = (amount: number) => new Money({ amount })
const eur = (amount: number) => new Money({ amount, currency: 'EUR' })
const item = (sku: string, quantity: number, more: { readonly price?: Money; readonly parts?: readonly Part[] } = {}) =>
  new OrderItem({ sku, quantity, ...more })

describe('value objects', () => {
  test('are found by their parts', async () => {
    await store({ orderId: '1', price: usd(5) }, { orderId: '2', price: eur(7) }, { orderId: '3' })
    expect(await idsOf(orders().filter({ 'price.currency': 'EUR' }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ 'price.amount': { gte: 5, lt: 7 } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ 'price.amount': null }))).toEqual(['3'])
    expect(await idsOf(orders().exclude({ 'price.currency': 'EUR' }))).toEqual(['1', '3'])
  })

  test('are compared as a whole, all parts counting', async () => {
    await store({ orderId: '1', price: usd(5) }, { orderId: '2', price: eur(5) }, { orderId: '3' })
    expect(await idsOf(orders().filter({ price: usd(5) }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ price: { ne: usd(5) } }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ price: { in: [usd(5), eur(5), eur(6)] } }))).toEqual(['1', '2'])
    expect(await idsOf(orders().filter({ price: { in: [] } }))).toEqual([])
    expect(await idsOf(orders().exclude({ price: usd(5) }))).toEqual(['2', '3'])
  })

  test('are found by their absence', async () => {
    await store({ orderId: '1', price: usd(5) }, { orderId: '2' })
    expect(await idsOf(orders().filter({ price: null }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ price: { isNull: false } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ price: { ne: null } }))).toEqual(['1'])
  })

  test('that are there without any part differ from those that are absent', async () => {
    await store({ orderId: '1', size: new Size({}) }, { orderId: '2', size: new Size({ width: 3 }) }, { orderId: '3' })
    expect(await idsOf(orders().filter({ size: null }))).toEqual(['3'])
    expect(await idsOf(orders().filter({ size: { isNull: false } }))).toEqual(['1', '2'])
    expect(await idsOf(orders().filter({ size: new Size({}) }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ size: { ne: new Size({}) } }))).toEqual(['2'])
  })

  test('are there when their required part is, whatever the other ones are', async () => {
    await store({ orderId: '1', slot: new Slot({ hour: 9 }) }, { orderId: '2' })
    expect(await idsOf(orders().filter({ slot: null }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ slot: { ne: new Slot({ hour: 9, label: 'x' }) } }))).toEqual(['1'])
  })

  test('inside value objects are reached by longer paths', async () => {
    await store(
      { orderId: '1', offer: new Offer({ price: usd(5), code: 'A' }) },
      { orderId: '2', offer: new Offer({ price: eur(5) }) },
      { orderId: '3' },
    )
    expect(await idsOf(orders().filter({ 'offer.price.currency': 'EUR' }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ 'offer.price': usd(5) }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ offer: new Offer({ price: eur(5) }) }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ offer: null }))).toEqual(['3'])
    expect(await idsOf(orders().filter({ 'offer.price': { isNull: false } }))).toEqual(['1', '2'])
  })
})

describe('children', () => {
  test('are found by a path, each path finding a child of its own', async () => {
    await store(
      { orderId: '1', items: [item('a', 1), item('b', 9)] },
      { orderId: '2', items: [item('a', 9)] },
      { orderId: '3', items: [item('b', 9)] },
      { orderId: '4' },
    )
    expect(await idsOf(orders().filter({ 'items.sku': 'a' }))).toEqual(['1', '2'])
    expect(await idsOf(orders().filter({ 'items.sku': 'a', 'items.quantity': 9 }))).toEqual(['1', '2'])
    expect(await idsOf(orders().filter({ items: { some: { sku: 'a', quantity: 9 } } }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ 'items.quantity': { gt: 1, lt: 9 } }))).toEqual([])
  })

  test('are excluded as a whole', async () => {
    await store({ orderId: '1', items: [item('a', 1), item('b', 1)] }, { orderId: '2', items: [item('b', 1)] }, { orderId: '3' })
    expect(await idsOf(orders().exclude({ 'items.sku': 'a' }))).toEqual(['2', '3'])
    expect(await idsOf(orders().filter({ 'items.sku': { ne: 'a' } }))).toEqual(['1', '2'])
    expect(await idsOf(orders().filter(not({ items: { some: {} } })))).toEqual(['3'])
    expect(await idsOf(orders().exclude({ 'items.sku': { ne: 'b' } }))).toEqual(['2', '3'])
  })

  test('have conditions that nest', async () => {
    await store(
      { orderId: '1', items: [item('a', 1), item('b', 5)] },
      { orderId: '2', items: [item('c', 5)] },
      { orderId: '3', items: [item('c', 1)] },
    )
    const some = and<OrderItem>(or({ sku: 'b' }, { sku: 'c' }), not({ quantity: { lt: 2 } }))
    expect(await idsOf(orders().filter({ items: { some } }))).toEqual(['1', '2'])
  })

  test('of children, and their value objects, are reached too', async () => {
    await store(
      { orderId: '1', items: [item('a', 1, { price: usd(5), parts: [new Part({ name: 'bolt' })] })] },
      { orderId: '2', items: [item('a', 1, { price: eur(5), parts: [new Part({ name: 'nut' })] })] },
    )
    expect(await idsOf(orders().filter({ 'items.price.currency': 'EUR' }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ 'items.parts.name': 'bolt' }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ items: { some: { 'parts.name': { startsWith: 'n' }, 'price.amount': 5 } } }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ 'items.price': usd(5) }))).toEqual(['1'])
  })

  test('that are single are found by path, condition and absence', async () => {
    await store(
      { orderId: '1', address: new Address({ city: 'Rome' }) },
      { orderId: '2', address: new Address({ city: 'Oslo' }) },
      { orderId: '3' },
    )
    expect(await idsOf(orders().filter({ 'address.city': 'Rome' }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ address: { some: { city: 'Oslo' } } }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ address: null }))).toEqual(['3'])
    expect(await idsOf(orders().filter({ address: { isNull: false } }))).toEqual(['1', '2'])
    expect(await idsOf(orders().filter({ address: { isNull: false, some: { city: 'Rome' } } }))).toEqual(['1'])
  })

  test('come with their aggregate, however many there are, in the one call that finds it', async () => {
    await store({ orderId: '1', items: Array.from({ length: 150 }, (_, index) => item(`sku ${index}`, 1)) })
    const calls = databaseCalls()
    const found = await orders().filter({ 'items.sku': 'sku 149' }).one()
    expect(found.items).toHaveLength(150)
    expect(calls).toEqual(['select'])
  })
})

test('a child that is pending in the unit of work is found', async () => {
  await shop.unitOfWork(async () => {
    await shop.repositoryFor(Order).add(new Order({ orderId: '1', items: [item('new', 1)] }))
    expect(await orders().filter({ 'items.sku': 'new' }).count()).toBe(1)
  })
})
