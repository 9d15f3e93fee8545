import { describe } from 'vitest'
import { testMistakes, untyped } from './mistakes.ts'

const nothing = async () => {}

describe('subscribers', () => {
  testMistakes([
    {
      title: 'one without a stream',
      declare: (domain) => domain.subscriber('Payments', untyped({}), nothing),
      code: 'SUBSCRIBER_STREAM_MISSING',
      element: 'Payments',
      message: 'is a subscriber to nothing',
      fix: 'Add { stream:',
    },
    {
      title: 'a broker that is not configured, with the one that is probably meant',
      declare: (domain) => domain.subscriber('Payments', { stream: 'payments', broker: 'defalt' }, nothing),
      code: 'BROKER_UNKNOWN',
      element: 'Payments',
      message: 'subscribes to the broker defalt, which is not configured',
      fix: 'Did you mean default?',
    },
    {
      title: 'one whose work is to be divided',
      declare(domain) {
        domain.config.server.subscriptions.Payments = { partitions: 2 }
        domain.subscriber('Payments', { stream: 'payments' }, nothing)
      },
      code: 'SUBSCRIBER_PARTITIONS',
      element: 'config.server.subscriptions.Payments.partitions',
      message: 'is for a subscriber',
      fix: 'Leave it out',
    },
    {
      title: 'something that is not a function',
      declare: (domain) => domain.subscriber('Payments', { stream: 'payments' }, untyped(undefined)),
      code: 'HANDLER_FUNCTION_MISSING',
      element: 'Payments',
      message: 'handles messages with something that is not a function',
      fix: "domain.subscriber('Payments'",
    },
    {
      title: 'an option that subscribers do not have',
      declare: (domain) => domain.subscriber('Payments', untyped({ stream: 'payments', brokr: 'default' }), nothing),
      code: 'OPTION_UNKNOWN',
      element: 'Payments',
      message: 'has no option brokr',
      fix: 'Did you mean broker?',
    },
    {
      title: 'a stream that is not a text',
      declare: (domain) => domain.subscriber('Payments', untyped({ stream: 7 }), nothing),
      code: 'OPTION_INVALID',
      element: 'Payments',
      message: 'has { stream: 7 }',
      fix: 'stream is a text',
    },
    {
      title: 'one without a name',
      declare: (domain) => domain.subscriber('', { stream: 'payments' }, nothing),
      code: 'HANDLER_NAME_INVALID',
      element: 'a subscriber without a name',
      message: 'has no name',
      fix: 'persistent name',
    },
    {
      title: 'two of one name',
      declare: (domain) => {
        domain.subscriber('Payments', { stream: 'payments' }, nothing)
        domain.subscriber('Payments', { stream: 'refunds' }, nothing)
      },
      code: 'HANDLER_NAME_TAKEN',
      element: 'Payments',
      message: 'is the name of a subscriber and of another',
      fix: 'give one of them another',
    },
  ])
})
