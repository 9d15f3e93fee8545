import type { ElementDefinition } from '../../model/definition.ts'
import type { IndexOptions } from '../../model/element-options.ts'
import { STORED_KINDS } from '../../model/element-ref.ts'
import { mapTable } from '../../unit-of-work/map-table.ts'
import { closureOf } from './closure.ts'
import type { Finding, Rule } from './finding.ts'
import { queriedFields } from './queried-fields.ts'

/** What the columns of an element are indexed by, in a database. */
function storedIn({ elements }: { readonly elements: readonly ElementDefinition[] }): readonly ElementDefinition[] {
  const roots = elements.filter(
    ({ kind, options, isEventSourced }) => STORED_KINDS.has(kind) && options.cache === undefined && !isEventSourced,
  )
  return [...new Set(roots.flatMap((root) => closureOf(root).parts.filter(({ kind }) => kind !== 'valueObject')))]
}

function indexesOf({ options }: ElementDefinition): readonly IndexOptions[] {
  return (options.indexes as readonly IndexOptions[] | undefined) ?? []
}

export const unboundedIndexes: Rule = (domain) =>
  storedIn(domain).flatMap((element) => {
    const indexed = new Set(indexesOf(element).flatMap(({ fields }) => fields))
    return [...columnsOf(element)]
      .filter(([path, { isUnbounded }]) => isUnbounded && (indexed.has(path) || element.fields.get(path)?.settings.unique === true))
      .map(([path]) => ({
        subject: element,
        field: path,
        message: 'is text of any length, and is indexed.',
        fix: 'Give it a maxLength.',
      }))
  })

/** What custom repositories filter by. */
export const unindexedFilters: Rule = (domain) => {
  const { customRepositories } = domain.registry
  return storedIn(domain).flatMap((element) => {
    // An index of some rows only helps a query for those.
    const whole = indexesOf(element).filter(({ where }) => where === undefined)
    const leading = new Set(whole.map(({ fields }) => fields[0]))
    const columns = columnsOf(element)
    return customRepositories.of(element).flatMap((repository) =>
      queriedFields(Function.prototype.toString.call(repository))
        .filter((path) => columns.get(path)?.isIndexable === true && !leading.has(path))
        .filter((path) => path !== element.identifier && element.fields.get(path)?.settings.unique !== true)
        .map(
          (path): Finding => ({
            subject: element,
            field: path,
            message: `is what ${repository.name} filters by, and no index begins with it.`,
            fix: `Add { indexes: [{ fields: ['${path}'] }] } to ${element.name}.`,
          }),
        ),
    )
  })
}

function columnsOf(element: ElementDefinition): ReadonlyMap<string, { readonly isUnbounded: boolean; readonly isIndexable: boolean }> {
  const { columns } = mapTable(element)
  return new Map(
    [...columns].map(([path, { type, maxLength }]) => [
      path,
      { isUnbounded: type === 'text' && maxLength === undefined, isIndexable: type !== 'json' },
    ]),
  )
}

const PERSISTS = /\.(?:add|remove)\s*\(/
const CALLS_OUT = /\b(?:fetch|axios(?:\.\w+)?|got(?:\.\w+)?|https?\.(?:get|request))\s*\(/

/** What handlers do after they have saved something. */
export const callsAfterPersisting: Rule = ({ registry }) =>
  registry.groups.flatMap((group) => {
    const risky = group.entries.filter(({ run }) => {
      const [, afterwards] = Function.prototype.toString.call(run).split(new RegExp(`${PERSISTS.source}([^]*)`))
      return afterwards !== undefined && CALLS_OUT.test(afterwards)
    })
    if (risky.length === 0) return []
    return {
      subject: group,
      message: 'saves something and then calls a service over the network, in one transaction.',
      fix: 'Raise an event, and make the call in a handler of that event.',
    }
  })
