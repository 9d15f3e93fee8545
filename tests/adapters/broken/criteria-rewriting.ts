import type { Criteria } from '../../../src/ports/criteria.ts'
import type { Database } from '../../../src/ports/database.ts'

export type Comparing = Extract<Criteria, { readonly op: 'compare' }>

/** The same condition with every part made into another, from the inside out. */
function rewritten(where: Criteria, rewrite: (part: Criteria) => Criteria): Criteria {
  switch (where.op) {
    case 'and':
    case 'or':
      return rewrite({ ...where, terms: where.terms.map((term) => rewritten(term, rewrite)) })
    case 'not':
      return rewrite({ ...where, term: rewritten(where.term, rewrite) })
    case 'some':
      return rewrite({ ...where, where: rewritten(where.where, rewrite) })
    case 'compare':
      return rewrite(where)
  }
}

/** A database that takes conditions for others than they are. */
export function understanding(inner: Database, rewrite: (part: Criteria) => Criteria): Partial<Database> {
  return {
    select: (selection) => inner.select({ ...selection, where: rewritten(selection.where, rewrite) }),
    count: (table, where) => inner.count(table, rewritten(where, rewrite)),
    exists: (table, where) => inner.exists(table, rewritten(where, rewrite)),
  }
}

export function comparisons(rewrite: (comparing: Comparing) => Criteria): (part: Criteria) => Criteria {
  return (part) => (part.op === 'compare' ? rewrite(part) : part)
}

/** The columns that a condition compares, by name. */
export function columnsOf(where: Criteria): string[] {
  if (where.op === 'compare') return where.lookup === 'isNull' ? [] : [where.column]
  if (where.op === 'not') return columnsOf(where.term)
  return where.op === 'some' ? [] : where.terms.flatMap(columnsOf)
}
