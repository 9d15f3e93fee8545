import { IncorrectUsageError } from '../errors.ts'

/** A `Date` that cannot be set: values handed out by elements must not change behind their backs. Copy it with `new Date(value)`. */
export class ImmutableDate extends Date {
  static of(value: Date | number | string): ImmutableDate {
    return value instanceof ImmutableDate ? value : new ImmutableDate(value)
  }
}

function refuse(): never {
  throw new IncorrectUsageError(
    'This date belongs to an element and cannot be set. Copy it with new Date(value), change the copy and assign that.',
  )
}

for (const name of Object.getOwnPropertyNames(Date.prototype)) {
  if (name.startsWith('set')) Object.defineProperty(ImmutableDate.prototype, name, { value: refuse })
}
