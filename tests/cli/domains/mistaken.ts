import { Domain, field } from 'proteanjs'

export const domain = new Domain('Shop')
domain.aggregate('Order', { total: field.float() }, { provider: 'defalt', indexes: [{ fields: ['totl'] }] })
domain.aggregate('Invoice', {}, { provider: 'other' })
