const LENGTH_DIGITS = 4
/** Comes after every digit. */
const END_OF_NEGATIVE = '~'

/** A text for a decimal such that texts compare as the decimals do, exactly; equal decimals, however written, have equal texts. */
export function decimalKey(decimal: string): string {
  const isNegative = decimal.startsWith('-')
  const [whole = '', fraction = ''] = (isNegative ? decimal.slice(1) : decimal).split('.')
  const digits = whole.replace(/^0+/, '')
  const magnitude = `${String(digits.length).padStart(LENGTH_DIGITS, '0')}${digits}.${fraction.replace(/0+$/, '')}`
  if (/^0+\.$/.test(magnitude)) return '='
  return isNegative ? `-${magnitude.replace(/\d/g, (digit) => String(9 - Number(digit)))}${END_OF_NEGATIVE}` : `>${magnitude}`
}
