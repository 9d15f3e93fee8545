import type { Domain } from 'proteanjs'
import { field, ValidationError } from 'proteanjs'
import { captureQueries, expectQueryCount } from 'proteanjs/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { times } from '../../../src/testing/conformance/assertions.ts'

/** Statements of the commit of a root with 5 children and 20 grandchildren, without their events. */
export interface ShapeExpectations {
  readonly insertsOfCluster: number
}

function makeLibrary(domain: Domain) {
  class BookAdded extends domain.event('BookAdded', { isbn: field.identifier({ required: true }) }, { partOf: 'Book' }) {}

  class Book extends domain.aggregate('Book', {
    isbn: field.identifier({ identifier: true }),
    title: field.string({ required: true, maxLength: 100 }),
  }) {
    announce() {
      this.raise(new BookAdded({ isbn: this.isbn }))
      return this
    }
  }

  class Volume extends domain.entity('Volume', { title: field.string({ required: true }) }, { partOf: 'Board' }) {}
  class Board extends domain.entity('Board', { label: field.string(), volumes: field.hasMany(Volume) }, { partOf: 'Shelf' }) {}
  class Shelf extends domain.aggregate('Shelf', {
    code: field.string({ required: true, unique: true, maxLength: 20 }),
    boards: field.hasMany(Board),
  }) {}

  const shelf = (code: string) =>
    new Shelf({
      code,
      boards: times(
        5,
        (board) => new Board({ label: `board ${board}`, volumes: times(4, (volume) => new Volume({ title: `volume ${volume}` })) }),
      ),
    })
  return { domain, Book, Shelf, shelf }
}

/** What the framework asks a database, counted: the same tests on every database. */
export function queryShapeTests(make: () => Promise<Domain> | Domain, { insertsOfCluster }: ShapeExpectations): void {
  let library: ReturnType<typeof makeLibrary>

  beforeAll(async () => {
    library = makeLibrary(await make())
    await library.domain.init({ traverse: false })
    for (const provider of library.domain.providers.values()) await provider.createDatabaseArtifacts()
  }, 60_000)

  beforeEach(async () => {
    for (const provider of library.domain.providers.values()) await provider.resetData()
  })

  afterAll(async () => {
    for (const provider of library.domain.providers.values()) await provider.dropDatabaseArtifacts()
    await library.domain.close()
  })

  test('W4: an aggregate and its events are committed together, in one round trip', async () => {
    const { domain, Book } = library
    const book = new Book({ isbn: '1', title: 'Emma' }).announce()
    await expectQueryCount(domain, 1, () => domain.repositoryFor(Book).add(book))
    expect((await domain.eventStore.readStream('library::book-1', { limit: 10 })).length).toBe(1)
    const changed = await domain.unitOfWork(async () => {
      const found = await domain.repositoryFor(Book).get('1')
      found.title = 'Persuasion'
      return found.announce()
    })
    await expectQueryCount(domain, 1, () => domain.repositoryFor(Book).add(changed))
  })

  test('W6: a list of aggregates that have raised events takes one query, and none for each row', async () => {
    const { domain, Book } = library
    const books = domain.repositoryFor(Book)
    await domain.unitOfWork(async () => {
      for (const isbn of times(20, String)) await books.add(new Book({ isbn, title: 'Emma' }).announce())
    })
    await expectQueryCount(domain, { roundTrips: 1, statements: 1 }, async () => {
      expect((await books.query.filter({ title: 'Emma' }).all()).items.length).toBe(20)
    })
    await expectQueryCount(domain, { roundTrips: 1, statements: 1 }, () => books.get('7'))
  })

  test('W7: aggregates are loaded with their children by one query for each level, however many there are', async () => {
    const { domain, Shelf, shelf } = library
    const shelves = domain.repositoryFor(Shelf)
    const first = await shelves.add(shelf('A1'))
    await expectQueryCount(domain, { roundTrips: 3, statements: 3 }, async () => {
      const found = await shelves.get(first.id)
      expect(found.boards.flatMap(({ volumes }) => [...volumes]).length).toBe(20)
    })
    for (const code of ['A2', 'A3']) await shelves.add(shelf(code))
    await expectQueryCount(domain, { roundTrips: 3, statements: 3 }, async () => {
      expect((await shelves.query.all()).items.length).toBe(3)
    })
  })

  test('W7b: a new root with 5 children and 20 grandchildren is one round trip of inserts', async () => {
    const { domain, Shelf, shelf } = library
    const queries = await captureQueries(domain, () => domain.repositoryFor(Shelf).add(shelf('A1')))
    expect(new Set(queries.map(({ roundTrip }) => roundTrip)).size).toBe(1)
    expect(queries.map(({ text }) => text).filter((text) => !/^insert/i.test(text))).toEqual([])
    expect(queries.length).toBe(insertsOfCluster)
  })

  test('W10: whether any exists is one query, which reads no aggregate and no event', async () => {
    const { domain, Shelf, shelf } = library
    const shelves = domain.repositoryFor(Shelf)
    await shelves.add(shelf('A1'))
    const queries = await captureQueries(domain, async () => {
      expect(await shelves.exists({ code: 'A1' })).toBe(true)
    })
    expect(queries.map(({ text, parameters }) => [/exists|SELECT 1 .* LIMIT 1$/.test(text), parameters])).toEqual([[true, 1]])
  })

  test('W17: a unique value is checked by its constraint alone, and a taken one is an error of its field', async () => {
    const { domain, Shelf } = library
    const shelves = domain.repositoryFor(Shelf)
    await expectQueryCount(domain, { roundTrips: 1, statements: 1 }, () => shelves.add(new Shelf({ code: 'A1' })))
    await expectQueryCount(domain, { roundTrips: 1, statements: 1 }, async () => {
      const refusal: unknown = await shelves.add(new Shelf({ code: 'A1' })).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(ValidationError)
      expect((refusal as ValidationError).messages).toEqual({ code: ['is taken already'] })
    })
  })

  test('a page that knows whether there is a next one is one query', async () => {
    const { domain, Book } = library
    const books = domain.repositoryFor(Book)
    for (const isbn of ['1', '2', '3']) await books.add(new Book({ isbn, title: 'Emma' }))
    await expectQueryCount(domain, { roundTrips: 1, statements: 1 }, async () => {
      const page = await books.query.limit(2).all()
      expect([page.hasNext, page.total]).toEqual([true, 3])
    })
  })

  test('a command that loads, changes and saves an aggregate takes two round trips', async () => {
    const { domain, Book } = library
    await domain.repositoryFor(Book).add(new Book({ isbn: '1', title: 'Emma' }))
    await expectQueryCount(domain, 2, () =>
      domain.unitOfWork(async () => {
        const book = await domain.repositoryFor(Book).get('1')
        book.title = 'Persuasion'
        await domain.repositoryFor(Book).add(book.announce())
      }),
    )
  })
}
