import { beforeAll, describe, expect, it } from 'vitest'
import type { Shown } from './language-service.ts'
import { show } from './language-service.ts'

const SOURCE = `
import { Customer, domain, Money, Order, OrderBoard, OrderPlaced, PlaceOrder, ShipOrder } from './shop.ts'

const order = new /*newOrder*/Order({ customerId: 'c-1' })
const money = new /*newMoney*/Money({ amount: 1 })
const placed = new /*newEvent*/OrderPlaced({ orderId: 'o-1', total: 1 })
/*order*/order./*status*/status
order./*lines*/lines
order./*price*/price
order./*orderId*/orderId
placed./*payload*/payload
money./*replace*/replace({ amount: 2 })
const /*result*/result = await domain.process(new PlaceOrder({ orderId: 'o-1', customerId: 'c-1' }))
const /*customer*/customer = await domain.repositoryFor(Customer).get('c-1')
const /*board*/board = await domain.viewFor(OrderBoard).get('o-1')
domain.commandHandler('Orders', { partOf: Order }).handle(PlaceOrder, async (/*command*/command) => command.orderId)

new Customer({}) //missing
new Order({ customerId: 'c-1', totl: 1 }) //misspelt
new Order({ customerId: 1 }) //mistyped
order.status = 'lost' //state
domain.event('E', {}, { partof: 'Order' }) //option
domain.commandHandler('H', { partOf: Order }).handle(PlaceOrder, async () => 1) //result
order.raise(new ShipOrder({ orderId: 'o-1' })) //command
`

const order = `{
    orderId?: string | undefined;
    customerId: string;
    status?: "draft" | "placed" | "shipped" | undefined;
    total?: number | undefined;
    note?: string | undefined;
    tags?: readonly string[] | undefined;
    price?: Money | undefined;
    lines?: readonly OrderLine[] | undefined;
}`

/** One line, and no alias of an import. */
const flat = (text: string | undefined) => text?.replace(/^\(alias\) /, '').replace(/\nimport \w+$/, '')

let shown: Shown
beforeAll(() => {
  shown = show(SOURCE)
}, 60_000)

describe('what an editor shows', () => {
  it('has no complaint about what is right', () => {
    expect(shown.errors['']).toEqual([])
  })

  it('shows what a constructor takes as a flat object, in the order of declaration', () => {
    expect(flat(shown.hovers.newOrder)).toBe(`new Order(input: ${order}): Order`)
    expect(flat(shown.hovers.newMoney)).toBe(`new Money(input: {
    amount: number;
    currency?: string | undefined;
    note?: string | undefined;
}): Money`)
    expect(flat(shown.hovers.newEvent)).toBe(`new OrderPlaced(input: {
    orderId: string;
    total: number;
    placedAt?: string | number | Date | undefined;
    channel?: "shop" | "web" | undefined;
}): OrderPlaced`)
  })

  it('shows an instance by the name of its class', () => {
    expect(shown.hovers.order).toBe('const order: Order')
    expect(shown.hovers.customer).toBe('const customer: Customer')
    expect(shown.hovers.board).toBe('const board: Readonly<OrderBoard>')
    expect(shown.hovers.command).toBe('(parameter) command: PlaceOrder')
    expect(shown.hovers.result).toBe('const result: string')
  })

  it('shows the type of a property, a union in full', () => {
    expect(shown.hovers.status).toBe('(property) status: "draft" | "placed" | "shipped"')
    expect(shown.hovers.lines).toBe('(property) lines: Children<OrderLine>')
    expect(shown.hovers.price).toBe('(property) price: Money | undefined')
    expect(shown.hovers.orderId).toBe('(property) orderId: string')
  })

  it('shows payloads and parts to replace as flat objects', () => {
    expect(shown.hovers.payload).toContain(`payload: {
    readonly orderId: string;
    readonly total: number;
    readonly placedAt: Date | undefined;
    readonly channel: "shop" | "web";
}`)
    expect(shown.hovers.replace).toContain(`replace(changes: {
    amount?: number | undefined;
    currency?: string | undefined;
    note?: string | undefined;
}): Money`)
  })

  it('shows nothing of how it is made', () => {
    for (const text of Object.values(shown.hovers)) expect(text).not.toMatch(/Field<|Fields|Input<|Flat<|Values<|Props<|WithId|~/)
  })
})

describe('what an editor says of a mistake', () => {
  it.each([
    [
      'missing',
      "Property 'name' is missing in type '{}' but required in type '{ id?: string | undefined; name: string; email?: string | undefined; }'",
    ],
    ['misspelt', "Did you mean to write 'total'?"],
    ['mistyped', "Type 'number' is not assignable to type 'string'."],
    ['state', `Type '"lost"' is not assignable to type '"draft" | "placed" | "shipped"'.`],
    ['option', "Did you mean to write 'partOf'?"],
    ['result', "Type 'number' is not assignable to type 'string'."],
    ['command', `Type '"command"' is not assignable to type '"event"'.`],
  ])('points at it, once: %s', (name, message) => {
    expect(shown.errors[name]).toEqual([expect.stringContaining(message)])
  })
})
