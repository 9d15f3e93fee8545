import type { ClusterRow, ClusterSchema, Row } from '../../ports/table.ts'
import { columnOf } from './columns.ts'
import { compileLookup } from './compile-select.ts'
import type { Dialect } from './dialect.ts'
import { decodeRow, idOf } from './row-values.ts'
import type { Steps } from './steps.ts'

/** A row on its way to be a `ClusterRow`: its lists of children are filled level by level. */
interface Branch {
  readonly row: Row
  readonly children: ClusterRow[][]
}

interface Level {
  readonly cluster: ClusterSchema
  readonly branches: readonly Branch[]
}

/** Gives rows all their children: one query for each table, those of one level together, however many rows there are. */
export function* withChildren(dialect: Dialect, cluster: ClusterSchema, rows: readonly Row[]): Steps<readonly ClusterRow[]> {
  const roots = rows.map((row) => branch(cluster, row))
  let levels: readonly Level[] = [{ cluster, branches: roots }]
  for (;;) {
    const wanted = levels.flatMap(({ cluster: parent, branches }) =>
      branches.length === 0 ? [] : parent.children.map((child, at) => ({ child, at, parent, branches })),
    )
    if (wanted.length === 0) return roots
    const results = yield wanted.map(({ child, parent, branches }) =>
      compileLookup(dialect, child.table, child.table.parent?.column ?? '', keysOf(parent, branches)),
    )
    levels = wanted.map(({ child, at, parent, branches }, index) => {
      const found = (results[index]?.rows ?? []).map((stored) => branch(child, decodeRow(dialect, child.table, stored)))
      distribute(parent, child, branches, at, found)
      return { cluster: child, branches: found }
    })
  }
}

function branch(cluster: ClusterSchema, row: Row): Branch {
  return { row, children: cluster.children.map(() => []) }
}

function keysOf(parent: ClusterSchema, branches: readonly Branch[]) {
  const { name } = columnOf(parent.table, parent.table.primaryKey)
  return branches.map(({ row }) => row[name] ?? null)
}

/** Puts children, which come in their order, into their parents' lists. */
function distribute(parent: ClusterSchema, child: ClusterSchema, branches: readonly Branch[], at: number, found: readonly Branch[]): void {
  const byId = new Map(branches.map((one) => [idOf(parent.table, one.row), one]))
  for (const one of found) byId.get(String(one.row[child.table.parent?.column ?? '']))?.children[at]?.push(one)
}
