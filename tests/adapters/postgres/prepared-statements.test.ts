import { expect, test } from 'vitest'
import { PreparedStatements } from '../../../src/adapters/postgres/prepared-statements.ts'

test('a statement is prepared once, under a name of its own', () => {
  const statements = new PreparedStatements()
  const first = statements.lookUp('SELECT 1')
  expect(first.isNew).toBe(true)
  expect(statements.lookUp('SELECT 1')).toEqual({ prepared: first.prepared, isNew: false })
  expect(statements.lookUp('SELECT 2').prepared.name).not.toBe(first.prepared.name)
})

test('the one that was not used for longest makes room, and its name goes back to the server once', () => {
  const statements = new PreparedStatements(2)
  const [a, b] = [statements.lookUp('a'), statements.lookUp('b')]
  statements.lookUp('a')
  expect(statements.takeSurplus(1)).toEqual([])
  statements.lookUp('c')
  expect(statements.takeSurplus(1)).toEqual([b.prepared.name])
  expect(statements.takeSurplus(1)).toEqual([])
  expect(statements.lookUp('a')).toEqual({ prepared: a.prepared, isNew: false })
  expect(statements.lookUp('b').isNew).toBe(true)
})

test('those in use stay, also when there are more of them than there is room', () => {
  const statements = new PreparedStatements(1)
  for (const text of ['a', 'b', 'c']) statements.lookUp(text)
  expect(statements.takeSurplus(3)).toEqual([])
  expect(statements.lookUp('c').isNew).toBe(false)
})

test('a forgotten one is prepared anew, under another name', () => {
  const statements = new PreparedStatements()
  const { prepared } = statements.lookUp('a')
  statements.forget('a')
  statements.forget('never seen')
  const again = statements.lookUp('a')
  expect(again.isNew).toBe(true)
  expect(again.prepared.name).not.toBe(prepared.name)
  expect(statements.takeSurplus(1)).toEqual([prepared.name])
})
