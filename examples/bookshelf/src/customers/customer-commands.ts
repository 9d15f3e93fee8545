import { field } from 'proteanjs'
import { domain } from '../domain.ts'
import { Customer } from './customer.ts'

export class RegisterCustomer extends domain.command(
  'RegisterCustomer',
  { name: field.string({ required: true }) },
  { partOf: Customer, returns: field.identifier() },
) {}

export const customerCommands = domain
  .commandHandler('CustomerCommandHandler', { partOf: Customer })
  .handle(RegisterCustomer, async ({ name }) => {
    const customer = new Customer({ name })
    await domain.repositoryFor(Customer).add(customer)
    return customer.id
  })
