import type { ConfigInput } from 'proteanjs'
import { Domain, field } from 'proteanjs'

/** Counters, each change of which raises an event: for processes that are killed, which no test runner runs. */
export function countingDomain(config: ConfigInput) {
  const domain = new Domain('counting', { config: { commandProcessing: 'sync', eventProcessing: 'sync', ...config } })

  class Counted extends domain.event('Counted', { count: field.integer({ required: true }) }, { partOf: 'Counter' }) {}

  class Counter extends domain.aggregate('Counter', { count: field.integer({ default: 0 }) }) {
    increment() {
      this.count += 1
      this.raise(new Counted({ count: this.count }))
    }
  }

  const increment = () =>
    domain.unitOfWork(async () => {
      const counters = domain.repositoryFor(Counter)
      const counter = (await counters.find('c')) ?? new Counter({ id: 'c' })
      counter.increment()
      await counters.add(counter)
    })

  return { domain, Counter, increment }
}
