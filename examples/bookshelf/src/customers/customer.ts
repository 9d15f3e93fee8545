import { field } from 'proteanjs'
import { domain } from '../domain.ts'
import { OrderConfirmed } from '../ordering/order.ts'

export class Customer extends domain.aggregate('Customer', {
  name: field.string({ required: true }),
  orderIds: field.list(field.identifier()),
}) {
  remember(orderId: string) {
    this.orderIds = [...this.orderIds, orderId]
  }
}

export const customerHistory = domain
  .eventHandler('CustomerHistory', { partOf: Customer })
  .handle(OrderConfirmed, async ({ customerId, orderId }) => {
    const customers = domain.repositoryFor(Customer)
    const customer = await customers.get(customerId)
    customer.remember(orderId)
    await customers.add(customer)
  })
