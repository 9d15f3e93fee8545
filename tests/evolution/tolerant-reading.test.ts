import { Domain, field, Message, messageOf } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../src/ports/criteria.ts'
import type { JsonObject } from '../../src/util/json.ts'

interface Tolerance {
  readonly ofDomain?: boolean
  readonly ofEvent?: boolean
}

/** Reads one stored payload of an event whose fields, and those of the values in it, had other names before. */
async function read(data: JsonObject, { ofDomain = false, ofEvent }: Tolerance = {}) {
  const domain = new Domain('shop', { config: { eventProcessing: 'sync', lenientDeserialization: ofDomain } })
  const Money = domain.valueObject('Money', { amount: field.float({ required: true, renamedFrom: 'value' }), currency: field.string() })
  const Order = domain.aggregate('Order', {})
  const OrderPlaced = domain.event(
    'OrderPlaced',
    {
      customer: field.string({ renamedFrom: ['client', 'buyer'] }),
      price: field.valueObject(Money),
      parts: field.list(field.valueObject(Money), { renamedFrom: 'pieces' }),
    },
    { partOf: Order, ...(ofEvent === undefined ? {} : { lenient: ofEvent }) },
  )
  const seen: { readonly data: unknown; readonly message: Message | undefined }[] = []
  domain
    .eventHandler('Seen', { partOf: Order })
    .handle(OrderPlaced, async (event) => void seen.push({ data: event.toObject(), message: messageOf(event) }))
  await domain.init()
  try {
    const headers = { id: 'm1', time: new Date(0), type: 'Shop.OrderPlaced.v1', stream: 'shop::order-1' }
    const about = { kind: 'EVENT', fqn: 'x', streamCategory: 'shop::order', version: 1, asynchronous: false, priority: 0 } as const
    await domain.receive(new Message(data, { headers, envelope: { specversion: '1.0' }, domain: about, extensions: { kept: 1 } }))
    return seen[0]
  } finally {
    await domain.close()
  }
}

describe('a value under a name that the field had before', () => {
  test('is read under its present name, in embedded values and lists of them too', async () => {
    const seen = await read({ buyer: 'c', price: { value: 5 }, pieces: [{ value: 1 }, { amount: 2 }] })
    expect(seen?.data).toMatchObject({ customer: 'c', price: { amount: 5 }, parts: [{ amount: 1 }, { amount: 2 }] })
  })

  test('gives way to one under the present name', async () => {
    expect((await read({ customer: 'new', client: 'old' }))?.data).toMatchObject({ customer: 'new' })
  })
})

describe('a value that no field has', () => {
  const data = { customer: 'c', colour: 'red', price: { amount: 5, vat: 1 } }

  test('is refused', async () => {
    await expect(read(data)).rejects.toMatchObject({ code: 'MESSAGE_DATA_INVALID', message: expect.stringContaining('colour') })
  })

  test.each([{ ofDomain: true }, { ofEvent: true }])(
    'is left out where reading is lenient, and noted on the message: %j',
    async (tolerance) => {
      const seen = await read(data, tolerance)
      expect(seen?.data).toMatchObject({ customer: 'c', price: { amount: 5 } })
      expect(seen?.message?.metadata.extensions).toEqual({ kept: 1, _dropped_fields: ['colour', 'price.vat'] })
    },
  )

  test('is refused where the domain is lenient, but the event says otherwise', async () => {
    await expect(read(data, { ofDomain: true, ofEvent: false })).rejects.toMatchObject({ code: 'MESSAGE_DATA_INVALID' })
  })
})

test('a value in a JSON column is read under the name that its field had before', async () => {
  const domain = new Domain('shop')
  const Money = domain.valueObject('Money', {
    amount: field.float({ renamedFrom: 'value' }),
    tags: field.list(field.string(), { renamedFrom: 'labels' }),
  })
  const Order = domain.aggregate('Order', { prices: field.list(field.valueObject(Money)) })
  await domain.init()
  try {
    await domain.repositoryFor(Order).add(new Order({ id: '1', prices: [] }))
    const database = domain.providers.get('default')?.database
    await database?.updateWhere(orders, EVERYTHING, { prices: [{ value: 5, labels: ['a', 'b'] }] })
    expect((await domain.repositoryFor(Order).get('1')).prices?.[0]?.toObject()).toEqual({ amount: 5, tags: ['a', 'b'] })
  } finally {
    await domain.close()
  }
})

const orders = {
  name: 'order',
  element: 'Order',
  primaryKey: 'id',
  columns: [
    { name: 'id', type: 'text', required: true, field: 'id' },
    { name: 'prices', type: 'json', required: false, field: 'prices' },
  ],
  uniques: [],
  indexes: [],
} as const
