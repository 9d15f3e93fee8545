import { field } from 'proteanjs'
import { domain } from './domain.ts'

export class Money extends domain.valueObject('Money', {
  amount: field.float({ required: true, min: 0 }),
  currency: field.string({ default: 'USD', maxLength: 3 }),
}) {
  override toString() {
    return `${this.amount.toFixed(2)} ${this.currency}`
  }
}
