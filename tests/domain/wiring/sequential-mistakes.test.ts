import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { problemsOf, testMistakes } from './mistakes.ts'

const FIELDS = { doorId: field.identifier(), how: field.float(), size: field.integer() }

function doorIn(domain: Domain, provider?: string) {
  class Door extends domain.aggregate('Door', {}) {}
  class Window extends domain.aggregate('Window', {}, provider === undefined ? {} : { provider }) {}
  class DoorOpened extends domain.event('DoorOpened', FIELDS, { partOf: Door }) {}
  class WindowOpened extends domain.event('WindowOpened', { windowId: field.identifier(), size: field.integer() }, { partOf: Window }) {}
  return { Door, Window, DoorOpened, WindowOpened }
}

describe('sequentialBy', () => {
  testMistakes([
    {
      title: 'a field that one of the handled events does not have',
      element: 'Watch',
      declare(domain) {
        const { Door, DoorOpened, WindowOpened } = doorIn(domain)
        const watch = domain.eventHandler('Watch', { partOf: Door, sequentialBy: 'doorId' })
        watch.handle(DoorOpened, async () => {}).handle(WindowOpened, async () => {})
      },
      code: 'SEQUENTIAL_FIELD_UNKNOWN',
      message: 'handles its events sequentially by doorId, and WindowOpened has no such field',
      fix: 'Add the field to WindowOpened',
    },
    {
      title: 'a field that no event of the category has which is handled as a whole',
      element: 'Watch',
      declare(domain) {
        const { Door } = doorIn(domain)
        domain.eventHandler('Watch', { partOf: Door, sequentialBy: 'customer' }).handle('any', async () => {})
      },
      code: 'SEQUENTIAL_FIELD_UNKNOWN',
      message: 'by customer, and DoorOpened has no such field',
      fix: 'Add the field to DoorOpened',
    },
    {
      title: 'a field whose values are no keys',
      element: 'Doors',
      declare(domain) {
        const { DoorOpened } = doorIn(domain)
        class Doors extends domain.projection('OpenDoors', { id: field.identifier({ identifier: true }) }) {}
        domain.projector('Doors', { projectorFor: Doors, sequentialBy: 'how' }).on(DoorOpened, async () => {})
      },
      code: 'SEQUENTIAL_FIELD_INVALID',
      message: 'by DoorOpened.how, which is a field.float()',
      fix: 'Name an identifier',
    },
    {
      title: 'events that are in several logs',
      element: 'Watch',
      declare(domain) {
        domain.config.databases.other = { provider: 'memory' }
        const { Door, DoorOpened, WindowOpened } = doorIn(domain, 'other')
        const watch = domain.eventHandler('Watch', { partOf: Door, sequentialBy: 'size' })
        watch.handle(DoorOpened, async () => {}).handle(WindowOpened, async () => {})
      },
      code: 'SEQUENTIAL_LOGS',
      message: 'they are in the databases default and other',
      fix: 'Keep them in one database',
    },
    {
      title: 'a field that is no text',
      element: 'Watch',
      declare(domain) {
        const { Door, DoorOpened } = doorIn(domain)
        domain.eventHandler('Watch', { partOf: Door, sequentialBy: true as never }).handle(DoorOpened, async () => {})
      },
      code: 'OPTION_INVALID',
      message: 'sequentialBy',
      fix: 'a text that is not empty',
    },
  ])

  test('may name a field of events of several aggregates, also of a whole category', async () => {
    const domain = new Domain('shop')
    const { Door, DoorOpened, WindowOpened } = doorIn(domain)
    const watch = domain.eventHandler('Watch', { partOf: Door, sequentialBy: 'size' })
    watch.handle(DoorOpened, async () => {}).handle(WindowOpened, async () => {})
    domain.eventHandler('All', { partOf: Door, sequentialBy: 'doorId' }).handle('any', async () => {})
    expect(await problemsOf(domain)).toEqual([])
  })
})
