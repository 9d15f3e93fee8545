import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Look } from '../../../src/adapters/message-db/log-frontier.ts'
import { LogFrontier } from '../../../src/adapters/message-db/log-frontier.ts'

/** A log in which writers draw positions and end later, one way or the other. */
class Log {
  drawn = 0
  readonly visible = new Set<number>()
  readonly writing = new Map<string, number[]>()
  #names = 0

  begin(): void {
    this.#names += 1
    this.writing.set(`writer ${this.#names}`, [])
  }

  draw(pick: number): void {
    const mine = [...this.writing.values()][pick % Math.max(this.writing.size, 1)]
    if (mine === undefined) return
    this.drawn += 1
    mine.push(this.drawn)
  }

  end(pick: number, commits: boolean): void {
    const name = [...this.writing.keys()][pick % Math.max(this.writing.size, 1)]
    if (name === undefined) return
    if (commits) for (const position of this.writing.get(name) ?? []) this.visible.add(position)
    this.writing.delete(name)
  }

  get newest(): number {
    return Math.max(0, ...this.visible)
  }
}

/** A look on its way: each of its statements sees the log at a moment of its own. */
interface Looking {
  readonly begun: Look
  newest?: number
  writers?: readonly string[]
  page?: ReadonlySet<number>
}

test('whatever ends up at or before the frontier is on the page, whatever writers do and in whatever order looks come back', () => {
  const what = fc.constantFrom('begin', 'draw', 'draw', 'commit', 'roll back', 'look', 'go on', 'go on', 'go on', 'go on')
  fc.assert(
    fc.property(fc.array(fc.tuple(what, fc.nat(5)), { maxLength: 120 }), (steps) => {
      const [log, frontier] = [new Log(), new LogFrontier()]
      const looks: Looking[] = []
      const pages: { readonly end: number; readonly page: ReadonlySet<number> }[] = []
      const goOn = (look: Looking) => {
        if (look.newest === undefined) look.newest = log.newest
        else if (look.writers === undefined) look.writers = [...log.writing.keys()]
        else if (look.page === undefined) look.page = new Set(log.visible)
        else {
          looks.splice(looks.indexOf(look), 1)
          pages.push({ end: frontier.observe(look.begun, { newest: look.newest, writers: look.writers }), page: look.page })
        }
      }
      for (const [step, pick] of steps) {
        const look = looks[pick % Math.max(looks.length, 1)]
        if (step === 'begin') log.begin()
        else if (step === 'draw') log.draw(pick)
        else if (step === 'commit' || step === 'roll back') log.end(pick, step === 'commit')
        else if (step === 'look') looks.push({ begun: frontier.begin() })
        else if (look !== undefined) goOn(look)
      }
      while (log.writing.size > 0) log.end(0, true)
      const missed = pages.flatMap(({ end, page }) => [...log.visible].filter((position) => position <= end && !page.has(position)))
      expect(missed).toEqual([])
    }),
    { numRuns: 3000 },
  )
})

test('it reaches the end as soon as those who wrote then have ended, whoever began since', () => {
  const frontier = new LogFrontier()
  expect(frontier.observe(frontier.begin(), { newest: 5, writers: ['a', 'b'] })).toBe(0)
  expect(frontier.observe(frontier.begin(), { newest: 7, writers: ['b', 'c'] })).toBe(0)
  expect(frontier.observe(frontier.begin(), { newest: 9, writers: ['c', 'd'] })).toBe(5)
  expect(frontier.observe(frontier.begin(), { newest: 9, writers: ['e'] })).toBe(9)
})

test('an old look that comes back late does not say that a writer has ended who had not begun then', () => {
  const frontier = new LogFrontier()
  const old = frontier.begin()
  expect(frontier.observe(frontier.begin(), { newest: 5, writers: ['since'] })).toBe(0)
  expect(frontier.observe(old, { newest: 1, writers: ['before'] })).toBe(0)
  expect(frontier.observe(frontier.begin(), { newest: 5, writers: ['since'] })).toBe(0)
})

test('what another look has found out meanwhile does not hold for a page that was read before', () => {
  const frontier = new LogFrontier()
  const slow = frontier.begin()
  expect(frontier.observe(frontier.begin(), { newest: 9, writers: [] })).toBe(9)
  expect(frontier.observe(slow, { newest: 5, writers: ['still writing'] })).toBe(0)
  expect(frontier.observe(frontier.begin(), { newest: 9, writers: ['still writing'] })).toBe(9)
})

test('where somebody has emptied the log and begun to count anew, it begins anew', () => {
  const frontier = new LogFrontier()
  expect(frontier.observe(frontier.begin(), { newest: 9, writers: [] })).toBe(9)
  expect(frontier.observe(frontier.begin(), { newest: 2, writers: ['a'] })).toBe(0)
  expect(frontier.observe(frontier.begin(), { newest: 3, writers: ['b'] })).toBe(0)
  expect(frontier.observe(frontier.begin(), { newest: 3, writers: [] })).toBe(3)
})
