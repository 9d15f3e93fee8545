import { IncorrectUsageError } from '../errors.ts'
import { camelCaseName } from '../util/names.ts'

/** What a message's type string says: `MyShop.OrderPlaced.v1`. */
export interface MessageType {
  /** The domain's name as `camelCaseName` writes it. */
  readonly domain: string
  readonly element: string
  readonly version: number
}

const MESSAGE_TYPE = /^([^.]+)\.([^.]+)\.v([1-9]\d*)$/

/**
 * Type string of an event or command: `('My Shop', 'OrderPlaced', 1)` → `MyShop.OrderPlaced.v1`. Fails with `IncorrectUsageError`
 * when the version is not a whole number from 1 (`INVALID_MESSAGE_VERSION`) or the element's name is empty or holds a `.` (`INVALID_ELEMENT_NAME`).
 */
export function typeString(domainName: string, elementName: string, version: number): string {
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new IncorrectUsageError(`Version ${version} of ${elementName} is not a whole number from 1.`, { code: 'INVALID_MESSAGE_VERSION' })
  }
  return `${queryTypeString(domainName, elementName)}.v${version}`
}

/** Type string of a query, which is never stored and so has no version: `('My Shop', 'OpenOrders')` → `MyShop.OpenOrders`. Fails as `typeString` does. */
export function queryTypeString(domainName: string, elementName: string): string {
  if (elementName === '' || elementName.includes('.')) {
    throw new IncorrectUsageError(
      `Element name ${JSON.stringify(elementName)} cannot stand in a type string: it ${elementName === '' ? 'is empty' : 'holds a "."'}. Name the element with letters and digits.`,
      { code: 'INVALID_ELEMENT_NAME' },
    )
  }
  return `${camelCaseName(domainName)}.${elementName}`
}

/** The parts of an event's or command's type string; undefined for any other text, such as the type of a foreign event. */
export function parseTypeString(text: string): MessageType | undefined {
  const match = MESSAGE_TYPE.exec(text)
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  const version = Number(match[3])
  return Number.isSafeInteger(version) ? { domain: match[1], element: match[2], version } : undefined
}
