import type { ConfigInput, DomainOptions } from 'proteanjs'
import { Domain, field } from 'proteanjs'

/** Event-sourced counters that a command increments, and event-sourced echoes of them that an event handler keeps: for processes that are killed. */
export function sourcedCounter(config: ConfigInput, options: DomainOptions = {}) {
  const domain = new Domain('counting', { ...options, config: { commandProcessing: 'async', eventProcessing: 'async', ...config } })

  class Counted extends domain.event('Counted', { id: field.identifier({ required: true }) }, { partOf: 'Counter' }) {}
  class Echoed extends domain.event('Echoed', { id: field.identifier({ required: true }) }, { partOf: 'Echo' }) {}
  class Counter extends domain.aggregate('Counter', { count: field.integer({ default: 0 }) }, { eventSourced: true }) {
    static {
      this.applies(Counted, (counter) => {
        counter.count += 1
      })
    }
  }
  class Echo extends domain.aggregate('Echo', { count: field.integer({ default: 0 }) }, { eventSourced: true }) {
    static {
      this.applies(Echoed, (echo) => {
        echo.count += 1
      })
    }
  }
  class Increment extends domain.command('Increment', { id: field.identifier({ identifier: true }) }, { partOf: Counter }) {}

  domain.commandHandler('Counting', { partOf: Counter }).handle(Increment, async ({ id }) => {
    const counters = domain.repositoryFor(Counter)
    const counter = (await counters.find(id)) ?? new Counter({ id })
    counter.raise(new Counted({ id }))
    await counters.add(counter)
  })
  domain.eventHandler('Echoing', { partOf: Echo }).handle(Counted, async ({ id }) => {
    const echoes = domain.repositoryFor(Echo)
    const echo = (await echoes.find(id)) ?? new Echo({ id })
    echo.raise(new Echoed({ id }))
    await echoes.add(echo)
  })
  const raise = (counter: Counter) => {
    counter.raise(new Counted({ id: counter.id }))
    return counter
  }
  return { domain, Counter, Echo, Increment, raise }
}
