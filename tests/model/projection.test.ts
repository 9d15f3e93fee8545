import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { codeOf, issuesOf } from './thrown.ts'

function makeDashboard() {
  const domain = new Domain('views')
  class Total extends domain.valueObject('Total', { amount: field.float({ default: 0 }) }) {}
  class Counted extends domain.event('Counted', {}, { partOf: 'Order' }) {}
  class Dashboard extends domain.projection('Dashboard', {
    orderId: field.identifier({ identifier: true }),
    orders: field.integer({ default: 0, max: 3 }),
    status: field.status(['open', 'closed'], { default: 'open', transitions: { open: ['closed'] } }),
    total: field.valueObject(Total, { default: () => new Total({}) }),
  }) {
    count(by: number) {
      for (let time = 0; time < by; time += 1) this.orders += 1
    }
  }
  return { Dashboard, Counted }
}

describe('a projection', () => {
  it('keeps the rules of its fields, and changes as a whole or not at all', () => {
    const { Dashboard } = makeDashboard()
    const dashboard = new Dashboard({ orderId: 'o' })
    dashboard.count(2)
    expect(issuesOf(() => dashboard.count(2))).toEqual(['orders TOO_LARGE'])
    expect(dashboard.toObject()).toEqual({ orderId: 'o', orders: 2, status: 'open', total: { amount: 0 } })
    dashboard.status = 'closed'
    expect(issuesOf(() => Object.assign(dashboard, { status: 'open' }))).toEqual(['status STATUS_TRANSITION'])
    expect(issuesOf(() => new Dashboard({ orders: 5 } as never))).toEqual(['orderId REQUIRED', 'orders TOO_LARGE'])
  })

  it('has an identity, and equality by it', () => {
    const { Dashboard } = makeDashboard()
    const dashboard = new Dashboard({ orderId: 'o' })
    expect(codeOf(() => Object.assign(dashboard, { orderId: 'p' }))).toBe('INVALID_OPERATION')
    expect([dashboard.equals(new Dashboard({ orderId: 'o', orders: 1 })), dashboard.equals(new Dashboard({ orderId: 'p' }))]).toEqual([
      true,
      false,
    ])
    expect(String(dashboard)).toBe('Dashboard o')
  })

  it('raises no events', () => {
    const { Dashboard, Counted } = makeDashboard()
    const dashboard = new Dashboard({ orderId: 'o' }) as unknown as { raise(event: object): void }
    expect(codeOf(() => dashboard.raise(new Counted({})))).toBe('INCORRECT_USAGE')
  })
})
