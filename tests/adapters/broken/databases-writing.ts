import { DatabaseError, ExpectedVersionError } from '../../../src/errors.ts'
import type { ChangeSet } from '../../../src/ports/change-set.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { Database } from '../../../src/ports/database.ts'
import type { ClusterSchema, Row, TableSchema, UniqueSchema } from '../../../src/ports/table.ts'
import { UniqueViolation } from '../../../src/ports/unique-violation.ts'
import type { DatabaseDefect } from './broken-database.ts'
import { brokenDatabase } from './broken-database.ts'

const atomic = 'G1: a change set is stored as a whole or not at all'
const stale = 'G2: a stale write is refused'
const among = 'a unique value is unique among the rows that its condition names'
const taken = 'a taken value is refused, with the fields that clash'

function withUniques(cluster: ClusterSchema, change: Partial<UniqueSchema>): ClusterSchema {
  const uniques = cluster.table.uniques.map((unique) => ({ ...unique, ...change }))
  return { ...cluster, table: { ...cluster.table, uniques } }
}

function withoutVersions(changes: ChangeSet): ChangeSet {
  const forget = <Change extends { readonly expectedVersion?: number | undefined }>(change: Change) => ({
    ...change,
    expectedVersion: undefined,
  })
  return { ...changes, updates: changes.updates.map(forget), deletes: changes.deletes.map(forget) }
}

function withRows(changes: ChangeSet, change: (row: Row, table: TableSchema) => Row): ChangeSet {
  return {
    ...changes,
    inserts: changes.inserts.map(({ table, rows }) => ({ table, rows: rows.map((row) => change(row, table)) })),
    updates: changes.updates.map((update) => ({ ...update, row: change(update.row, update.table) })),
  }
}

/** Reads the versions first and writes later, as if nobody could come in between. */
async function checkThenWrite(inner: Database, changes: ChangeSet) {
  for (const { table, id, expectedVersion } of changes.updates) {
    const [found] = await inner.load({ table, children: [] }, [id])
    const actual = found?.row[table.versionColumn ?? '']
    if (expectedVersion !== undefined && actual !== expectedVersion) {
      throw new ExpectedVersionError(id, expectedVersion, typeof actual === 'number' ? actual : undefined)
    }
  }
  return inner.commit({ ...changes, updates: withoutVersions(changes).updates })
}

function violation(error: unknown): UniqueViolation {
  if (error instanceof UniqueViolation) return error
  throw error
}

export const writingDefects: readonly DatabaseDefect[] = [
  brokenDatabase('it commits deletes and updates before inserts, each on their own', atomic, (inner) => ({
    commit: async (changes) => {
      await inner.commit({ ...changes, inserts: [], appends: [] })
      return inner.commit({ ...NO_CHANGES, inserts: changes.inserts, appends: changes.appends })
    },
  })),
  brokenDatabase('it shows the rows of a change set one by one', atomic, (inner) => ({
    commit: async (changes) => {
      for (const update of changes.updates) await inner.commit({ ...NO_CHANGES, updates: [update] })
      return inner.commit({ ...changes, updates: [] })
    },
  })),
  brokenDatabase('it inserts before it deletes', atomic, (inner) => ({
    commit: async (changes) => {
      const clash = changes.inserts.some(({ rows }) => rows.some((row) => changes.deletes.some(({ id }) => id === row.id)))
      return inner.commit(clash ? { ...changes, deletes: [] } : changes)
    },
  })),
  brokenDatabase('it ignores expected versions', stale, (inner) => ({ commit: (changes) => inner.commit(withoutVersions(changes)) })),
  brokenDatabase('it ignores the expected versions of deletes', stale, (inner) => ({
    commit: (changes) => inner.commit({ ...changes, deletes: withoutVersions(changes).deletes }),
  })),
  brokenDatabase('it checks versions, and writes later', 'G2: of concurrent writes on one version exactly one is stored', (inner) => ({
    commit: (changes) => checkThenWrite(inner, changes),
  })),
  brokenDatabase('it says nothing when the row to update is not there', 'without an expected version the last write wins', (inner) => ({
    commit: async (changes) => {
      try {
        return await inner.commit(changes)
      } catch (error) {
        if (error instanceof DatabaseError && error.code === 'ROW_NOT_FOUND') return { generated: [], positions: new Map() }
        throw error
      }
    },
  })),
  brokenDatabase('it does not enforce unique columns', taken, (inner) => ({
    createArtifacts: (clusters) =>
      inner.createArtifacts(clusters.map((cluster) => ({ ...cluster, table: { ...cluster.table, uniques: [] } }))),
  })),
  brokenDatabase('it takes no notice of the condition of a unique index', among, (inner) => ({
    createArtifacts: (clusters) => inner.createArtifacts(clusters.map((cluster) => withUniques(cluster, { where: undefined }))),
  })),
  brokenDatabase('it does not enforce a unique index that has a condition', among, (inner) => ({
    createArtifacts: (clusters) =>
      inner.createArtifacts(clusters.map((cluster) => withUniques(cluster, { where: { op: 'or', terms: [] } }))),
  })),
  brokenDatabase('it names columns instead of fields', taken, (inner) => ({
    commit: async (changes) => {
      try {
        return await inner.commit(changes)
      } catch (error) {
        const { table, fields } = violation(error)
        throw new UniqueViolation(
          table,
          table.columns.filter(({ field }) => fields.includes(field)).map(({ name }) => name),
        )
      }
    },
  })),
  brokenDatabase('it ignores case in unique columns', 'a value that is not taken is accepted', (inner) => ({
    commit: (changes) =>
      inner.commit(
        withRows(changes, (row) =>
          typeof row.contact_email === 'string' ? { ...row, contact_email: row.contact_email.toLowerCase() } : row,
        ),
      ),
  })),
  brokenDatabase('it takes two nulls for the same value', 'a value that is not taken is accepted', (inner) => ({
    commit: (changes) => inner.commit(withRows(changes, (row) => ('tenant' in row ? { ...row, nick_name: row.nick_name ?? 'null' } : row))),
  })),
  brokenDatabase('it loses new children when others change', 'children change with their root', (inner) => ({
    commit: (changes) => inner.commit(changes.updates.length > 1 ? { ...changes, inserts: [] } : changes),
  })),
  brokenDatabase('it leaves grandchildren behind', 'children go with their parent', (inner) => ({
    count: async (table, where) => (await inner.count(table, where)) + (table.name.endsWith('discounts') ? 1 : 0),
  })),
  brokenDatabase('it does not say which numbers it gave', 'generated columns are numbered from 1', (inner) => ({
    commit: async (changes) => ({ ...(await inner.commit(changes)), generated: [] }),
  })),
  brokenDatabase('it numbers every row, also one that has a number', 'generated columns are numbered from 1', (inner) => ({
    commit: (changes) =>
      inner.commit(withRows(changes, (row) => ('seat' in row && changes.inserts.length > 0 ? { ...row, seat: null } : row))),
  })),
  brokenDatabase('it orders numbers as text', 'a generated primary key is a key like any other', (inner) => ({
    select: async (selection) => {
      const { rows, ...rest } = await inner.select(selection)
      const key = selection.cluster.table.primaryKey
      return {
        ...rest,
        rows: key === 'number' ? [...rows].sort((left, right) => (String(left.row[key]) < String(right.row[key]) ? -1 : 1)) : rows,
      }
    },
  })),
  brokenDatabase('it changes rows behind the back of their versions', 'rows are changed by a condition', (inner) => ({
    updateWhere: async (table, where, values) => {
      const { versionColumn, ...unversioned } = table
      return inner.updateWhere(versionColumn === undefined ? table : unversioned, where, values)
    },
  })),
  brokenDatabase('it changes rows one by one, until one cannot be', 'rows are changed by a condition', (inner) => ({
    updateWhere: async (table, where, values) => {
      const { rows } = await inner.select({ cluster: { table, children: [] }, where, orderBy: [] })
      for (const { row } of rows) {
        await inner.updateWhere(
          table,
          { op: 'compare', column: table.primaryKey, lookup: 'eq', value: row[table.primaryKey] ?? null },
          values,
        )
      }
      return rows.length
    },
  })),
  brokenDatabase('it counts three deleted rows at most', 'rows are deleted by a condition', (inner) => ({
    deleteWhere: async (table, where) => Math.min(await inner.deleteWhere(table, where), 3),
  })),
  brokenDatabase('it deletes only by columns of the row itself', 'rows are deleted by a condition', (inner) => ({
    deleteWhere: (table, where) => inner.deleteWhere(table, where.op === 'some' ? EVERYTHING : where),
  })),
]
