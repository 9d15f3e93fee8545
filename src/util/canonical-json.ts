import { IncorrectUsageError } from '../errors.ts'

const MAX_DEPTH = 1000
const PLAIN_TEXT = /^[ !#-[\]-~]*$/
const BEYOND_PRINTABLE_ASCII = /[\u007f-\uffff]/g

type Path = (string | number)[]

/**
 * The one JSON text of a value, so that equal values have equal texts and checksums: members sorted by UTF-16 code unit, undefined members left out,
 * no spaces, numbers as `JSON.stringify` writes them (`-0` is `0`), everything beyond printable ASCII escaped as `\uxxxx`. The escapes make it
 * the text of Python's `json.dumps(value, sort_keys=True, separators=(',', ':'))` as well, but for floats that Python writes its own way, such as `5.0` and `1e-05`.
 *
 * Fails with `IncorrectUsageError` (`NOT_JSON`), naming the path, on NaN, infinities, bigints, functions, symbols, undefined outside an object,
 * objects that are not plain (dates, maps, class instances) and values that contain themselves.
 */
export function canonicalJson(value: unknown): string {
  return write(value, [])
}

function write(value: unknown, path: Path): string {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'number':
      if (!Number.isFinite(value)) throw notJson(path, `${value} has no JSON form. Use a finite number or null.`)
      return String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      if (path.length >= MAX_DEPTH) throw notJson(path.slice(0, 3), `it is nested more than ${MAX_DEPTH} levels deep, or contains itself.`)
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path)
    case 'bigint':
      throw notJson(path, 'a bigint has no JSON form. Use a number or a text.')
    default:
      throw notJson(path, `${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`} has no JSON form. Use null or leave it out.`)
  }
}

function writeArray(items: readonly unknown[], path: Path): string {
  let text = '['
  for (let index = 0; index < items.length; index += 1) {
    path.push(index)
    text += index === 0 ? write(items[index], path) : `,${write(items[index], path)}`
    path.pop()
  }
  return `${text}]`
}

function writeObject(object: object, path: Path): string {
  if (!isPlain(object)) {
    throw notJson(
      path,
      `a ${object.constructor?.name ?? 'special object'} is not plain data. Turn it into a text, a number or a plain object first.`,
    )
  }
  const members = object as Record<string, unknown>
  let text = '{'
  for (const key of Object.keys(members).sort()) {
    const member = members[key]
    if (member === undefined) continue
    path.push(key)
    text += `${text.length === 1 ? '' : ','}${quoted(key)}:${write(member, path)}`
    path.pop()
  }
  return `${text}}`
}

// Most texts need no escapes, and to see that is several times cheaper than to have them written by JSON.stringify.
function quoted(text: string): string {
  return PLAIN_TEXT.test(text) ? `"${text}"` : JSON.stringify(text).replace(BEYOND_PRINTABLE_ASCII, escaped)
}

/** Objects of another realm are plain too, so the prototype is not compared with this realm's. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function notJson(path: Path, problem: string): IncorrectUsageError {
  const place = path.map((step, depth) => (typeof step === 'number' ? `[${step}]` : depth === 0 ? step : `.${step}`)).join('')
  return new IncorrectUsageError(`Not JSON${place === '' ? '' : ` at ${place}`}: ${problem}`, { code: 'NOT_JSON' })
}
