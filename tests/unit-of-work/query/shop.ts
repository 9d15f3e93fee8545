import { field } from 'proteanjs'
import { ManualClock } from 'proteanjs/testing'
import { beforeEach, vi } from 'vitest'
import { TestDomain } from '../../support/test-domain.ts'

export const clock = new ManualClock()

export const shop = new TestDomain('Shop', { clock })

export class Money extends shop.valueObject('Money', {
  amount: field.float({ required: true }),
  currency: field.string({ default: 'USD', maxLength: 3 }),
}) {}

/** All parts may be absent, so a column of its own says whether there is one. */
export class Size extends shop.valueObject('Size', { width: field.integer(), label: field.string() }) {}

/** Its presence shows in the second part, the first one that is required. */
export class Slot extends shop.valueObject('Slot', { label: field.string(), hour: field.integer({ required: true }) }) {}

export class Offer extends shop.valueObject('Offer', { price: field.valueObject(Money, { required: true }), code: field.string() }) {}

export class Customer extends shop.aggregate('Customer', { name: field.string({ required: true }) }) {}

export class Part extends shop.entity('Part', { name: field.string({ required: true }) }, { partOf: 'OrderItem' }) {}

export class OrderItem extends shop.entity(
  'OrderItem',
  {
    sku: field.string({ required: true }),
    quantity: field.integer({ required: true, min: 1 }),
    price: field.valueObject(Money),
    parts: field.hasMany(Part),
  },
  { partOf: 'Order' },
) {}

export class Address extends shop.entity('Address', { city: field.string({ required: true }) }, { partOf: 'Order' }) {}

export class Order extends shop.aggregate('Order', {
  orderId: field.identifier({ identifier: true }),
  customer: field.reference(Customer),
  status: field.status(['draft', 'placed', 'paid'], { default: 'draft', transitions: { draft: ['placed'], placed: ['paid'] } }),
  total: field.float({ default: 0, min: 0 }),
  count: field.integer({ min: 0 }),
  note: field.string({ maxLength: 20 }),
  weight: field.decimal({ scale: 2 }),
  placedOn: field.date(),
  placedAt: field.dateTime(),
  urgent: field.boolean(),
  tags: field.list(field.string()),
  visits: field.list(field.dateTime()),
  labels: field.dict<Record<string, string>>(),
  extra: field.json<unknown>(),
  price: field.valueObject(Money),
  size: field.valueObject(Size),
  offer: field.valueObject(Offer),
  slot: field.valueObject(Slot),
  items: field.hasMany(OrderItem),
  address: field.hasOne(Address),
}) {
  static {
    this.invariant('a paid order has a total', (order) => order.status !== 'paid' || order.total > 0)
  }

  get isCheap(): boolean {
    return this.total < 10
  }

  place(): void {
    this.status = 'placed'
  }
}

export class Dashboard extends shop.projection('Dashboard', {
  orderId: field.identifier({ identifier: true }),
  city: field.string(),
  total: field.float({ default: 0 }),
  rank: field.integer({ unique: true }),
  price: field.valueObject(Money),
  tags: field.list(field.string()),
}) {}

export class StampedDashboard extends shop.projection('StampedDashboard', {
  orderId: field.identifier({ identifier: true }),
  city: field.string(),
  changedAt: field.dateTime({ autoNow: true }),
}) {}

export class Tracker extends shop.projection('Tracker', {
  orderId: field.identifier({ identifier: true }),
  city: field.string(),
  stage: field.status(['packed', 'sent', 'lost'], { transitions: { packed: ['sent'] } }),
}) {}

export class Ranking extends shop.projection(
  'Ranking',
  { orderId: field.identifier({ identifier: true }), total: field.float() },
  { orderBy: ['-total'] },
) {}

/** Opens the shop, empty, for each test of the file. */
export function useShop(): void {
  beforeEach(() => shop.init({ traverse: false }))
}

export async function store(...orders: readonly ConstructorParameters<typeof Order>[0][]): Promise<void> {
  await shop.unitOfWork(async () => {
    for (const order of orders) await shop.repositoryFor(Order).add(new Order(order))
  })
}

export async function storeDashboards(...rows: readonly ConstructorParameters<typeof Dashboard>[0][]): Promise<void> {
  await shop.unitOfWork(async () => {
    for (const row of rows) await shop.repositoryFor(Dashboard).add(new Dashboard(row))
  })
}

export const orders = () => shop.repositoryFor(Order).query

/** Identifiers of the orders that a query finds, in its order. */
export async function idsOf(query: { all(): Promise<{ readonly items: readonly { readonly orderId: string }[] }> }): Promise<string[]> {
  return (await query.all()).items.map((order) => order.orderId)
}

const CALLS = ['load', 'select', 'count', 'exists', 'updateWhere', 'deleteWhere', 'begin', 'commit'] as const

/** The calls that reach the database from now on, by name. */
export function databaseCalls(): string[] {
  const calls: string[] = []
  const database = shop.providers.get('default')!.database
  for (const name of CALLS) {
    const original = database[name].bind(database) as (...args: unknown[]) => never
    vi.spyOn(database, name).mockImplementation((...args: unknown[]) => {
      calls.push(name)
      return original(...args)
    })
  }
  return calls
}
