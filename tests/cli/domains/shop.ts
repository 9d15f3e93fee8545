import { Domain, field } from 'proteanjs'

// #region shop
const { SHOP_DATABASE: databaseUri = 'memory://', SHOP_SCHEMA: schema } = process.env

export const domain = new Domain('Shop', {
  config: { databases: { default: { databaseUri, ...(schema === undefined ? {} : { schema }) } } },
})

export class Order extends domain.aggregate(
  'Order',
  {
    email: field.string({ maxLength: 200 }),
    state: field.status(['open', 'paid'], { default: 'open' }),
    total: field.decimal({ default: '0' }),
    placedAt: field.dateTime(),
  },
  {
    indexes: [
      // One open order for each customer.
      { fields: ['email'], unique: true, where: { state: 'open' } },
      // The latest first, with what a list of orders shows.
      { fields: ['placedAt'], descending: ['placedAt'], include: ['total'] },
    ],
  },
) {}
// #endregion shop
