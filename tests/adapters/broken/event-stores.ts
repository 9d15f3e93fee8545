import { DatabaseError, ExpectedVersionError, isProteanError } from '../../../src/errors.ts'
import { Message } from '../../../src/messaging/message.ts'
import type { CommitReceipt, StreamAppend } from '../../../src/ports/change-set.ts'
import type { EventStore, LogPage } from '../../../src/ports/event-store.ts'
import type { EventStoreHarness } from '../../../src/testing/conformance/index.ts'
import { memoryEventStore } from '../support/memory-harness.ts'
import type { Defect } from './defect.ts'
import { overriding } from './defect.ts'
import { ReservedOrder } from './reserved-order.ts'

const gapless = 'G3: positions in a stream are gapless from 0'
const versions = 'G2: an append that expects another version is refused'
const whole = 'G1: an append goes to all its streams or to none'
const ids = 'a message id is stored once'
const streams = 'a stream is read by position'
const categories = 'a category is the text before the first dash, exactly'
const cursors = 'G3: following the cursors gives every message once'
const settling = 'one can wait until what is committed shows in the log'
const types = 'a reader may ask for some types only'
const asAppended = 'a message comes back as it was appended'
const signals = 'appends are signalled once they are committed'
const lists = 'the streams of a category are listed'
const partitions = 'readers can divide a log among themselves'
const artifacts = 'artifacts and data can be made and removed again'

function broken(defect: string, breaks: string, overrides: (inner: EventStore) => Partial<EventStore>): Defect<EventStoreHarness> {
  return {
    defect,
    breaks,
    create: () => {
      const { events: inner, dispose } = memoryEventStore()
      return { events: overriding<EventStore>(inner, overrides(inner)), dispose }
    },
  }
}

function appending(defect: string, breaks: string, change: (append: StreamAppend) => StreamAppend): Defect<EventStoreHarness> {
  return broken(defect, breaks, (inner) => ({ append: (appends) => inner.append(appends.map(change)) }))
}

/** Makes something else of every message that is read from a stream, the log, or by id. */
function reading(defect: string, breaks: string, change: (message: Message) => Message): Defect<EventStoreHarness> {
  const pageOf = (page: LogPage) => ({ ...page, messages: page.messages.map(change) })
  return broken(defect, breaks, (inner) => ({
    readStream: async (stream, read) => (await inner.readStream(stream, read)).map(change),
    readCategory: async (category, read) => pageOf(await inner.readCategory(category, read)),
    readAll: async (read) => pageOf(await inner.readAll(read)),
    find: async (id) => {
      const message = await inner.find(id)
      return message && change(message)
    },
  }))
}

async function positionOf(inner: EventStore, stream: string): Promise<number> {
  return (await inner.lastMessage(stream))?.stored?.position ?? -1
}

async function checkThenAppend(inner: EventStore, appends: readonly StreamAppend[]) {
  const [first] = appends
  if (first?.expectedVersion === undefined || appends.length > 1) return inner.append(appends)
  const actual = await positionOf(inner, first.stream)
  if (actual !== first.expectedVersion) throw new ExpectedVersionError(first.stream, first.expectedVersion, actual)
  return inner.append([{ ...first, expectedVersion: undefined }])
}

function cloned(message: Message): Message {
  return new Message(structuredClone(message.data), structuredClone(message.metadata), message.stored)
}

/** Keeps the messages that it gave out, and gives the same ones again. */
function sharing(inner: EventStore): Partial<EventStore> {
  const given = new Map<string, Message>()
  return {
    find: async (id) => {
      const message = given.get(id) ?? (await inner.find(id))
      if (message === undefined || given.has(id)) return message
      const own = cloned(message)
      given.set(id, own)
      return own
    },
  }
}

function ignoring(code: string): (error: unknown) => CommitReceipt {
  return (error) => {
    if (isProteanError(error) && error.code === code) return { generated: [], positions: new Map() }
    throw error
  }
}

export const eventStoreDefects: readonly Defect<EventStoreHarness>[] = [
  broken('it quietly leaves out what it cannot keep', 'G9: what some store could not keep, all refuse', (inner) => ({
    append: (appends) => inner.append(appends).catch(ignoring('INVALID_VALUE')),
  })),
  broken('it takes any category', 'an append names its stream’s category', (inner) => ({
    append: (appends) => inner.append(appends).catch(ignoring('CATEGORY_MISMATCH')),
  })),
  broken('it fails at ids that no message can have', 'what no message can have is looked for in vain', (inner) => ({
    find: async (id) => {
      if (id.includes('\0')) throw new DatabaseError('invalid byte sequence')
      return inner.find(id)
    },
  })),
  appending('it loses one message of a batch', gapless, (append) => ({ ...append, messages: append.messages.slice(0, 2) })),
  reading('positions have gaps', gapless, (message) =>
    message.stored === undefined
      ? message
      : new Message(message.data, message.metadata, { ...message.stored, position: message.stored.position * 2 }),
  ),
  appending('it turns a batch around', gapless, (append) => ({ ...append, messages: [...append.messages].reverse() })),
  appending('it ignores expected versions', versions, (append) => ({ ...append, expectedVersion: undefined })),
  appending('-1 stands for any version', versions, (append) =>
    append.expectedVersion === -1 ? { ...append, expectedVersion: undefined } : append,
  ),
  broken('it checks the version, and appends later', 'G2: of concurrent appends to one version exactly one is stored', (inner) => ({
    append: (appends) => checkThenAppend(inner, appends),
  })),
  broken('it appends to one stream after the other', whole, (inner) => ({
    append: async (appends) => {
      const positions = new Map<string, number>()
      for (const append of appends)
        for (const [stream, position] of (await inner.append([append])).positions) positions.set(stream, position)
      return { generated: [], positions }
    },
  })),
  broken('it says nothing of a message that it has already', ids, (inner) => ({
    append: async (appends) => {
      try {
        return await inner.append(appends)
      } catch (error) {
        if (error instanceof DatabaseError && error.code === 'DUPLICATE_MESSAGE') return { generated: [], positions: new Map() }
        throw error
      }
    },
  })),
  broken('"to" is exclusive', streams, (inner) => ({
    readStream: (stream, read) => inner.readStream(stream, read.to === undefined ? read : { ...read, to: read.to - 1 }),
  })),
  broken('"from" is exclusive', streams, (inner) => ({
    readStream: (stream, read) => inner.readStream(stream, read.from === undefined ? read : { ...read, from: read.from + 1 }),
  })),
  broken('a thousand messages are all there is', streams, (inner) => ({
    readStream: (stream, read) => inner.readStream(stream, { ...read, limit: Math.min(read.limit, 1000) }),
  })),
  broken('a category is looked for anywhere in the name of a stream', categories, (inner) => ({
    readCategory: async (category, read) => {
      const page = await inner.readAll({ ...read, limit: 1000 })
      return { ...page, messages: page.messages.filter(({ stream }) => stream.includes(`${category}-`)) }
    },
  })),
  broken('a category ignores case', categories, (inner) => ({
    readCategory: async (category, read) => {
      const page = await inner.readAll({ ...read, limit: 1000 })
      return { ...page, messages: page.messages.filter(({ stream }) => stream.split('-', 1)[0]?.toLowerCase() === category.toLowerCase()) }
    },
  })),
  broken('cursors are compared as texts', cursors, () => ({ isAfter: (cursor, other) => cursor > other })),
  broken('before a cursor is at the cursor', cursors, () => ({ before: (cursor) => cursor })),
  broken('a cursor stands before its message', cursors, (inner) => ({
    readAll: async (read) => {
      const page = await inner.readAll(read)
      const before = page.messages.length > 1 ? page.messages.at(-2)?.stored?.cursor : page.cursor
      return { ...page, cursor: before }
    },
  })),
  broken('a page skips a message when it is full', cursors, (inner) => ({
    readCategory: async (category, read) => {
      const page = await inner.readCategory(category, { ...read, limit: read.limit + 1 })
      return { ...page, messages: page.messages.slice(0, read.limit) }
    },
  })),
  broken('an empty page begins again', cursors, (inner) => ({
    readCategory: async (category, read) => {
      const page = await inner.readCategory(category, read)
      return page.messages.length === 0 && read.types === undefined ? { ...page, cursor: undefined } : page
    },
  })),
  broken('a page without the types asked for stays where it is', types, (inner) => ({
    readCategory: async (category, read) => {
      const page = await inner.readCategory(category, read)
      return page.messages.length === 0 ? { ...page, cursor: read.after } : page
    },
  })),
  broken('it ignores the types asked for', types, (inner) => ({ readAll: ({ types: _, ...read }) => inner.readAll(read) })),
  broken('it ignores the partition asked for', partitions, (inner) => ({ readAll: ({ partition: _, ...read }) => inner.readAll(read) })),
  broken('it divides by message, not by stream', partitions, (inner) => ({
    readCategory: async (category, { partition, ...read }) => {
      const page = await inner.readCategory(category, read)
      if (partition === undefined) return page
      const { index, count } = partition
      return { ...page, messages: page.messages.filter(({ stored }) => (stored?.position ?? 0) % count === index) }
    },
  })),
  broken('the head of a category is that of everything', 'the head is where new readers begin', (inner) => ({ head: () => inner.head() })),
  broken('it finds any message', 'a message is found by its id', (inner) => ({
    find: async (id) => (await inner.find(id)) ?? (await inner.readAll({ limit: 1 })).messages[0],
  })),
  broken('correlated messages come newest first', 'messages of one correlation are found together', (inner) => ({
    correlated: async (id) => [...(await inner.correlated(id))].reverse(),
  })),
  broken('it finds correlated messages of one category only', 'messages of one correlation are found together', (inner) => ({
    correlated: async (id) => {
      const found = await inner.correlated(id)
      return found.filter(({ category }) => category === found[0]?.category)
    },
  })),
  broken('streams are listed as in a dictionary', lists, (inner) => ({
    streamIds: async (category) => [...(await inner.streamIds(category))].sort((left, right) => left.localeCompare(right)),
  })),
  broken('streams are listed up to their second dash', lists, (inner) => ({
    streamIds: async (category) => (await inner.streamIds(category)).map((id) => id.split('-', 1)[0] ?? id),
  })),
  reading('the time is that of the reading', asAppended, (message) => {
    const { headers } = message.metadata
    return new Message(
      message.data,
      { ...message.metadata, headers: { ...headers, time: new Date(headers.time.getTime() + 1) } },
      message.stored,
    )
  }),
  reading(
    'it keeps no extensions',
    asAppended,
    (message) => new Message(message.data, { ...message.metadata, extensions: {} }, message.stored),
  ),
  reading('it does not say where a message stands', asAppended, (message) => new Message(message.data, message.metadata)),
  broken('messages that were given out can be changed', 'G10: changing a message outside changes nothing stored', sharing),
  {
    defect: 'readers follow the order in which places were reserved',
    breaks: 'G3: readers skip nothing and see every stream in order while others append',
    create: () => new ReservedOrder().eventStore(),
  },
  broken('it says at once that everything shows, and it does later', settling, (inner) => {
    let looks = 0
    return {
      readCategory: async (category, read) => {
        const page = await inner.readCategory(category, read)
        looks += 1
        return looks % 3 === 0 ? page : { ...page, messages: page.messages.slice(0, -1) }
      },
    }
  }),
  broken('nobody is told', signals, () => ({ onAppend: () => () => undefined })),
  broken('those are told who have stopped listening', signals, (inner) => ({
    onAppend: (listener) => {
      inner.onAppend(listener)
      return () => undefined
    },
  })),
  broken('listeners are told within the append', signals, (inner) => {
    const listeners: ((categories: readonly string[]) => void)[] = []
    return {
      onAppend: (listener) => {
        listeners.push(listener)
        return () => undefined
      },
      append: async (appends) => {
        for (const listener of listeners) listener(appends.map(({ category }) => category))
        return inner.append(appends)
      },
    }
  }),
  broken('it goes on working after it was closed', 'an event store works while it is open, and only then', () => ({
    close: async () => undefined,
  })),
  broken('dropping artifacts keeps the messages', artifacts, () => ({ dropArtifacts: async () => undefined })),
  broken('a reset remembers what belonged together', artifacts, (inner) => {
    const kept: Message[] = []
    return {
      append: (appends) => {
        kept.push(...appends.flatMap(({ messages }) => messages))
        return inner.append(appends)
      },
      correlated: async (id) => kept.filter(({ correlationId }) => correlationId === id),
    }
  }),
  {
    defect: 'all event stores are the same one',
    breaks: 'event stores share nothing',
    create: (() => {
      let shared: EventStoreHarness | undefined
      return () => {
        shared ??= memoryEventStore()
        return { events: shared.events, dispose: () => shared?.events.resetData().catch(() => undefined) }
      }
    })(),
  },
]
