/** Appends one message in a process of its own. */
import { createDatabase } from '../../../src/adapters/postgres/create-database.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

const [databaseUri = '', schema = ''] = process.argv.slice(2)
const { events } = createDatabase({ name: 'other', settings: { databaseUri, schema }, timers: systemTimers })
await events.open()
await events.append([new MessageMaker().append('order-1'), new MessageMaker().append('payment-1', 0)])
await events.close()
