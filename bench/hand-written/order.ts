import type { Issue } from './invalid.ts'
import { Invalid } from './invalid.ts'

export interface OrderInput {
  readonly orderId: string
  readonly customerId: string
  readonly status?: string
  readonly reference: string
  readonly currency?: string
  readonly total: number
  readonly quantity?: number
  readonly express?: boolean
  readonly note?: string
  readonly channel: string
}

const KNOWN = new Set(['orderId', 'customerId', 'status', 'reference', 'currency', 'total', 'quantity', 'express', 'note', 'channel'])
const STATES = new Set(['draft', 'placed', 'shipped'])
const REFERENCE = /^[A-Z]{2}-\d+$/

/** What somebody writes who wants the same checks without a framework: every problem reported at once, unknown keys included. */
export class HandWrittenOrder {
  readonly orderId: string
  customerId: string
  status: string
  reference: string
  currency: string
  total: number
  quantity: number
  express: boolean
  note: string | undefined
  channel: string
  version = -1
  events: object[] = []

  constructor(input: OrderInput) {
    const issues: Issue[] = []
    const {
      orderId,
      customerId,
      status = 'draft',
      reference,
      currency = 'EUR',
      total,
      quantity = 1,
      express = false,
      note,
      channel,
    } = input
    text(orderId, 'orderId', 1, 255, issues)
    text(customerId, 'customerId', 1, 255, issues)
    if (!STATES.has(status)) issues.push({ path: 'status', message: 'must be a state' })
    text(reference, 'reference', 1, 30, issues)
    if (!REFERENCE.test(reference)) issues.push({ path: 'reference', message: 'must look like AB-12' })
    text(currency, 'currency', 3, 3, issues)
    if (typeof total !== 'number' || !Number.isFinite(total) || total < 0) issues.push({ path: 'total', message: 'must be at least 0' })
    if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > 1000)
      issues.push({ path: 'quantity', message: 'must be from 1 to 1000' })
    if (typeof express !== 'boolean') issues.push({ path: 'express', message: 'must be true or false' })
    if (note !== undefined) text(note, 'note', 0, 200, issues)
    text(channel, 'channel', 1, 20, issues)
    for (const key in input) if (!KNOWN.has(key)) issues.push({ path: key, message: 'is unknown' })
    if (issues.length > 0) throw new Invalid(issues)
    this.orderId = orderId
    this.customerId = customerId
    this.status = status
    this.reference = reference
    this.currency = currency
    this.total = total
    this.quantity = quantity
    this.express = express
    this.note = note
    this.channel = channel
  }
}

function text(value: unknown, path: string, min: number, max: number, issues: Issue[]): void {
  if (typeof value !== 'string' || value.length < min || value.length > max) {
    issues.push({ path, message: `must be text of ${min} to ${max} characters` })
  }
}
