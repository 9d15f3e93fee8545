/** Commits one change set and dies by SIGKILL while it does: after so many messages to the server, or when the first byte of the answer is there. */
import { Socket } from 'node:net'
import { createDatabase } from '../../../src/adapters/postgres/create-database.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import { change } from './crash-change.ts'

const [databaseUri = '', schema = '', fate = '', application_name = ''] = process.argv.slice(2)

class DoomedSocket extends Socket {
  static armed = false
  static messages = 0

  // Every message for itself, so that death can come between two of them.
  override cork(): void {}
  override uncork(): void {}

  constructor() {
    super()
    // A socket that connects takes the method of its class back.
    this.once('connect', () => {
      this.write = ((...args: unknown[]) => {
        if (DoomedSocket.armed && fate === String(DoomedSocket.messages)) die()
        if (DoomedSocket.armed) DoomedSocket.messages += 1
        return (super.write as (...args: unknown[]) => boolean).apply(this, args)
      }) as Socket['write']
    })
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (DoomedSocket.armed && event === 'data' && fate === 'answered') die()
    return (super.emit as (event: string | symbol, ...args: unknown[]) => boolean).call(this, event, ...args)
  }
}

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;);
}

const database = createDatabase({
  name: 'doomed',
  settings: { databaseUri, schema, poolSize: 1, maxOverflow: 0, options: { application_name, stream: () => new DoomedSocket() } },
  timers: systemTimers,
})
await database.open()
DoomedSocket.armed = true
const committed = database.commit(change())
if (fate === 'sent') setImmediate(die)
await committed
process.stdout.write(String(DoomedSocket.messages))
if (fate === 'done') die()
await database.close()
