import { InvalidOperationError } from '../errors.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { frameOf, runInFrame } from './current.ts'
import type { StandIn, TableMapping } from './table-mapping.ts'

const SUFFIX = '__next'

/** The layout of a table that is built beside another, to take its place: all names are its own. */
export function mapBeside(mapping: TableMapping): TableMapping {
  const named = <Index extends { readonly name: string }>(index: Index): Index => ({ ...index, name: `${index.name}${SUFFIX}` })
  const { name, uniques, indexes } = mapping.table
  const table = { ...mapping.table, name: `${name}${SUFFIX}`, uniques: uniques.map(named), indexes: indexes.map(named) }
  return { ...mapping, table, cluster: { table, children: [] } }
}

/** The tables of one domain that are built beside others at the moment. */
export class StandIns {
  readonly #domain: object
  /** How many bodies run with one, so that nothing is looked for while there are none. */
  #running = 0

  constructor(domain: object) {
    this.#domain = domain
  }

  async run<Result>(standIn: StandIn, body: () => Promise<Result>): Promise<Result> {
    this.#running += 1
    try {
      return await runInFrame(this.#domain, { standIn }, body)
    } finally {
      this.#running -= 1
    }
  }

  /** What stands in for an element's own table in the code that is running. */
  of(definition: ElementDefinition): StandIn | undefined {
    const standIn = this.#current()
    return standIn?.definition === definition ? standIn : undefined
  }

  /** Refuses what would happen a second time, and for everybody to see. */
  refuseOtherWrites(definition: ElementDefinition | undefined): void {
    const standIn = this.#current()
    if (standIn === undefined || standIn.definition === definition) return
    standIn.refuse?.()
    throw new InvalidOperationError(
      `A projector of ${standIn.definition.name} writes to ${definition?.name ?? 'something else'} too, which a rebuild would do a second time. Let it write its projection only, and do the rest in an event handler.`,
      { code: 'REBUILD_WRITES_ELSEWHERE' },
    )
  }

  #current(): StandIn | undefined {
    return this.#running === 0 ? undefined : frameOf(this.#domain)?.standIn
  }
}
