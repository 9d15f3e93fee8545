/** Appends per second to an event store on PostgreSQL, each of one event to one of 1,000 streams, at the version that the stream has; beside them the driver alone. */
import { CREATE_EVENTS, eventValues, INSERT_EVENT, message, newKeys, openServer } from './postgres-server.ts'
import type { Way } from './taking-turns.ts'
import { takingTurns } from './taking-turns.ts'

const keys = newKeys(1000)
const { database, driver, serverCpu, close } = await openServer([])
await driver.query(CREATE_EVENTS)
const positions = new Map<string, number>()
const plainPositions = new Map<string, number>()

const ways: Readonly<Record<string, Way>> = {
  async 'driver: insert'(key) {
    const position = (plainPositions.get(key) ?? -1) + 1
    plainPositions.set(key, position)
    const values = eventValues(`order-${key}`, position)
    await driver.query({ name: 'insert', text: `${INSERT_EVENT} VALUES ($1, $2, $3, $4, $5, $6)`, values })
  },
  async 'EventStore: append'(key) {
    const stream = `order-${key}`
    const expectedVersion = positions.get(key) ?? -1
    await database.events.append([{ stream, category: 'order', expectedVersion, messages: [message(stream)] }])
    positions.set(key, expectedVersion + 1)
  },
}

for (const inFlight of [1, 16, 64]) await takingTurns('appends', ways, { keys, inFlight, serverCpu })
await close()
