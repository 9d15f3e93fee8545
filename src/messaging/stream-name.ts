/**
 * Names of streams and of their categories. A category is everything before the first `-` of a stream's name, so it never holds one itself;
 * what follows is the identity, which may hold anything.
 *
 *     my_shop::order-17            events of one aggregate        category my_shop::order
 *     my_shop::order:command-17    commands sent to it            category my_shop::order:command
 *     my_shop::order:fact-17       its fact events                category my_shop::order:fact
 *     my_shop::order:snapshot-17   its snapshots                  category my_shop::order:snapshot
 */
import { IncorrectUsageError } from '../errors.ts'
import { normalizedName, snakeCase } from '../util/names.ts'

/** `('My Shop', 'OrderItem')` → `my_shop::order_item`. */
export function streamCategory(domainName: string, elementName: string): string {
  return checkedCategory(`${normalizedName(domainName)}::${snakeCase(elementName)}`)
}

/** The category itself. Fails with `IncorrectUsageError` (`INVALID_STREAM_CATEGORY`) when it is empty or holds a `-`. */
export function checkedCategory(category: string): string {
  if (category !== '' && !category.includes('-')) return category
  throw new IncorrectUsageError(
    `Stream category ${JSON.stringify(category)} ${category === '' ? 'is empty' : 'holds a "-", which ends the category in a stream\'s name'}. Name it without, as in my_shop::order_item.`,
    { code: 'INVALID_STREAM_CATEGORY' },
  )
}

export function commandCategory(category: string): string {
  return `${category}:command`
}

/** Fact events have a category of their own, so that readers of the domain events do not get them. */
export function factCategory(category: string): string {
  return `${category}:fact`
}

export function isFactCategory(category: string): boolean {
  return category.endsWith(factCategory(''))
}

export function snapshotCategory(category: string): string {
  return `${category}:snapshot`
}

/**
 * The stream of one identity. Fails with `IncorrectUsageError` when the category is not one (`INVALID_STREAM_CATEGORY`)
 * or the identity is empty (`EMPTY_STREAM_ID`).
 */
export function eventStream(category: string, id: string): string {
  if (id === '') {
    throw new IncorrectUsageError(
      `A stream of category ${category} was asked for with an empty identity. Give the identity of the object that it belongs to.`,
      {
        code: 'EMPTY_STREAM_ID',
      },
    )
  }
  return `${checkedCategory(category)}-${id}`
}

export function commandStream(category: string, id: string): string {
  return eventStream(commandCategory(category), id)
}

export function factStream(category: string, id: string): string {
  return eventStream(factCategory(category), id)
}

export function snapshotStream(category: string, id: string): string {
  return eventStream(snapshotCategory(category), id)
}

/** Everything before the first `-`; the whole name when there is none. */
export function categoryOf(stream: string): string {
  const end = stream.indexOf('-')
  return end === -1 ? stream : stream.slice(0, end)
}

/** Everything after the first `-`; undefined when there is none or nothing follows. */
export function idOf(stream: string): string | undefined {
  const end = stream.indexOf('-')
  return end === -1 || end === stream.length - 1 ? undefined : stream.slice(end + 1)
}
