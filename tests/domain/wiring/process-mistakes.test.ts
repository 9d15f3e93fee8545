import type { Domain } from 'proteanjs'
import { field } from 'proteanjs'
import { describe } from 'vitest'
import { testMistakes, untyped } from './mistakes.ts'

function doorIn(domain: Domain) {
  class Door extends domain.aggregate('Door', {}) {}
  class DoorOpened extends domain.event(
    'DoorOpened',
    { doorId: field.identifier(), times: field.integer(), how: field.float() },
    { partOf: Door },
  ) {}
  class OpenDoor extends domain.command('OpenDoor', { doorId: field.identifier() }, { partOf: Door }) {}
  domain.commandHandler('Doors', { partOf: Door }).handle(OpenDoor, async () => {})
  return { Door, DoorOpened, OpenDoor }
}

const WATCH = { doorId: field.identifier(), keeper: field.identifier(), times: field.integer(), how: field.float() }
const nothing = () => {}

/** A process manager that handles one event with these options. */
function watching(options: unknown, fields: object = WATCH) {
  return (domain: Domain) => {
    const { DoorOpened } = doorIn(domain)
    class Watch extends domain.processManager('Watch', fields as typeof WATCH) {
      static {
        this.handle(DoorOpened, untyped<{ correlate: 'doorId' }>(options), nothing)
      }
    }
    return Watch
  }
}

const at = { element: 'Watch' }

describe('process managers', () => {
  testMistakes([
    {
      ...at,
      title: 'one that no event starts',
      declare: watching({ correlate: 'doorId' }),
      code: 'PROCESS_NO_START',
      message: 'is a process manager that no event starts',
      fix: 'Add { start: true }',
    },
    {
      ...at,
      title: 'one that handles nothing at all',
      declare: (domain) => domain.processManager('Watch', WATCH),
      code: 'PROCESS_NO_START',
      message: 'no event starts',
      fix: 'start: true',
    },
    {
      ...at,
      title: 'a handler that does not say which process is meant',
      declare: watching({ start: true }),
      code: 'PROCESS_UNCORRELATED',
      message: 'does not say which process is meant where it handles DoorOpened',
      fix: "{ correlate: 'orderId' }",
    },
    {
      ...at,
      title: 'a correlation by several fields at once',
      declare: watching({ start: true, correlate: { doorId: 'doorId', times: 'times' } }),
      code: 'PROCESS_CORRELATION_INVALID',
      message: 'correlates in an unknown way where it handles DoorOpened',
      fix: 'give a function',
    },
    {
      ...at,
      title: 'a field that the event does not have, with the one that is probably meant',
      declare: watching({ start: true, correlate: { doorId: 'dorId' } }),
      code: 'PROCESS_EVENT_FIELD_UNKNOWN',
      message: 'correlates by DoorOpened.dorId where it handles DoorOpened, which is not a field',
      fix: 'Did you mean doorId?',
    },
    {
      ...at,
      title: 'a field that the process manager does not have',
      declare: watching({ start: true, correlate: { gateway: 'doorId' } }),
      code: 'PROCESS_FIELD_UNKNOWN',
      message: 'correlates by Watch.gateway',
      fix: 'Fields of Watch are id, doorId, keeper, times, how.',
    },
    {
      ...at,
      title: 'fields of kinds that are never equal',
      declare: watching({ start: true, correlate: { doorId: 'times' } }),
      code: 'PROCESS_FIELD_MISMATCH',
      message: 'correlates doorId, a field.identifier(), with DoorOpened.times, a field.integer()',
      fix: 'by identifiers',
    },
    {
      ...at,
      title: 'fields that are no identities',
      declare: watching({ start: true, correlate: 'how' }),
      code: 'PROCESS_FIELD_MISMATCH',
      message: 'correlates how, a field.float()',
      fix: 'whole numbers',
    },
    {
      ...at,
      title: 'an identifier that events are not correlated with',
      declare: watching({ start: true, correlate: 'doorId' }, { ...WATCH, watchId: field.identifier({ identifier: true }) }),
      code: 'PROCESS_CORRELATION_MIXED',
      message: 'by several of its fields: doorId, watchId',
      fix: "correlate all events with watchId, as in { watchId: '<field of the event>' }",
    },
    {
      ...at,
      title: 'two fields by which processes are found',
      declare: (domain) => {
        const { Door, DoorOpened } = doorIn(domain)
        class DoorShut extends domain.event('DoorShut', { doorId: field.identifier() }, { partOf: Door }) {}
        class Watch extends domain.processManager('Watch', WATCH) {
          static {
            this.handle(DoorOpened, { start: true, correlate: 'doorId' }, nothing)
            this.handle(DoorShut, { correlate: { keeper: 'doorId' } }, nothing)
          }
        }
        return Watch
      },
      code: 'PROCESS_CORRELATION_MIXED',
      message: 'doorId, keeper',
      fix: 'A process has one identity',
    },
    {
      ...at,
      title: 'an event handled twice',
      declare: (domain) => {
        const { DoorOpened } = doorIn(domain)
        class Watch extends domain.processManager('Watch', WATCH) {
          static {
            this.handle(DoorOpened, { start: true, correlate: 'doorId' }, nothing)
            this.handle(DoorOpened, { correlate: 'doorId' }, nothing)
          }
        }
        return Watch
      },
      code: 'HANDLER_DUPLICATE',
      message: 'handles DoorOpened, which it handles already',
      fix: 'a process answers an event once',
    },
    {
      ...at,
      title: 'a command where there should be an event',
      declare: (domain) => {
        const { DoorOpened, OpenDoor } = doorIn(domain)
        class Watch extends domain.processManager('Watch', WATCH) {
          static {
            this.handle(DoorOpened, { start: true, correlate: 'doorId' }, nothing)
            this.handle(untyped<typeof DoorOpened>(OpenDoor), { correlate: 'doorId' }, nothing)
          }
        }
        return Watch
      },
      code: 'HANDLER_TARGET',
      message: 'names OpenDoor in this.handle(), which is a command',
      fix: 'an event',
    },
    {
      ...at,
      title: 'an event that is not declared',
      declare: (domain) => {
        const { DoorOpened } = doorIn(domain)
        class Watch extends domain.processManager('Watch', WATCH) {
          static {
            this.handle(DoorOpened, { start: true, correlate: 'doorId' }, nothing)
            this.handle(untyped<typeof DoorOpened>('DoorOpend'), { correlate: 'doorId' }, nothing)
          }
        }
        return Watch
      },
      code: 'ELEMENT_UNKNOWN',
      message: 'names DoorOpend in this.handle(), which is not declared',
      fix: 'Did you mean DoorOpened?',
    },
    {
      ...at,
      title: 'an option that handlers do not have',
      declare: watching({ start: true, correlate: 'doorId', ends: true }),
      code: 'OPTION_UNKNOWN',
      message: 'has no option ends where it handles DoorOpened',
      fix: 'Did you mean end?',
    },
    {
      ...at,
      title: 'an option with a value that makes no sense',
      declare: watching({ start: true, correlate: 'doorId', end: 'yes' }),
      code: 'OPTION_INVALID',
      message: 'has { end: "yes" }',
      fix: 'end is true or false',
    },
    {
      ...at,
      title: 'something that is not a function',
      declare: (domain) => {
        const { Door, DoorOpened } = doorIn(domain)
        class DoorShut extends domain.event('DoorShut', { doorId: field.identifier() }, { partOf: Door }) {}
        class Watch extends domain.processManager('Watch', WATCH) {
          static {
            this.handle(DoorOpened, { start: true, correlate: 'doorId' }, nothing)
            this.handle(DoorShut, { correlate: 'doorId' }, untyped(undefined))
          }
        }
        return Watch
      },
      code: 'HANDLER_FUNCTION_MISSING',
      message: 'handles DoorShut with something that is not a function',
      fix: 'this.handle(DoorShut',
    },
    {
      ...at,
      title: 'an event of another domain that is not registered',
      declare: (domain) => {
        const { DoorOpened } = doorIn(domain)
        const other = new (domain.constructor as new (name: string) => Domain)('gates')
        const { DoorOpened: GateOpened } = doorIn(other)
        class Watch extends domain.processManager('Watch', WATCH) {
          static {
            this.handle(DoorOpened, { start: true, correlate: 'doorId' }, nothing)
            this.handle(GateOpened, { correlate: 'doorId' }, nothing)
          }
        }
        return Watch
      },
      code: 'ELEMENT_FOREIGN',
      message: 'handles DoorOpened, which belongs to the domain gates',
      fix: 'registerExternalEvent',
    },
    {
      ...at,
      title: 'a database that is not configured',
      declare: (domain) => {
        const { DoorOpened } = doorIn(domain)
        class Watch extends domain.processManager('Watch', WATCH, { provider: 'elsewhere' }) {
          static {
            this.handle(DoorOpened, { start: true, correlate: 'doorId' }, nothing)
          }
        }
        return Watch
      },
      code: 'PROVIDER_UNKNOWN',
      message: 'is stored in the database elsewhere',
      fix: 'Configured are',
    },
  ])
})
