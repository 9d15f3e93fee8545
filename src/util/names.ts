import { IncorrectUsageError } from '../errors.ts'

/**
 * `OrderItem` → `order_item`, `HTTPServer` → `http_server`, `OrderV2` → `order_v2`. Underscores stay as they are;
 * a run of anything else that is neither letter nor digit becomes one. Idempotent.
 */
export function snakeCase(name: string): string {
  return name
    .replace(/(\p{Changes_When_Lowercased}+)(\p{Changes_When_Lowercased}\p{Ll})/gu, '$1_$2')
    .replace(/([\p{Ll}\p{N}])(\p{Changes_When_Lowercased})/gu, '$1_$2')
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, '_')
    .toLowerCase()
}

/**
 * The form of a domain's name that type strings begin with: `My Shop` → `MyShop`, `my_domain_1_0` → `MyDomain10`. Only ASCII letters and digits,
 * accents dropped. Idempotent. Fails with `IncorrectUsageError` (`INVALID_DOMAIN_NAME`) when nothing is left.
 */
export function camelCaseName(domainName: string): string {
  // The second pass is what makes it idempotent: `a b` gives `AB`, which read again is one word.
  const camel = capitalizedWords(capitalizedWords(ascii(domainName).replaceAll("'", '')))
  if (camel === '') throw unusable(domainName)
  return camel
}

/**
 * The form of a domain's name that stream names begin with: `My Shop`, `MyShop` and `My-Shop` → `my_shop`, `My Domain 1.0` → `my_domain_1_0`.
 * Only `a-z`, `0-9` and single underscores between them. Idempotent. Fails with `IncorrectUsageError` (`INVALID_DOMAIN_NAME`) when nothing is left.
 */
export function normalizedName(domainName: string): string {
  const normalized = words(ascii(domainName)).join('_')
  if (normalized === '') throw unusable(domainName)
  return normalized
}

function ascii(name: string): string {
  return name.normalize('NFKD').replace(/\P{ASCII}/gu, '')
}

function words(name: string): string[] {
  return snakeCase(name)
    .split('_')
    .filter((word) => word !== '')
}

function capitalizedWords(name: string): string {
  return words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

function unusable(domainName: string): IncorrectUsageError {
  return new IncorrectUsageError(
    `Domain name ${JSON.stringify(domainName)} has no letter from A to Z and no digit, so no stream or type can be named after it. Give the domain a name that has one.`,
    { code: 'INVALID_DOMAIN_NAME' },
  )
}
