import { IncorrectUsageError } from '../errors.ts'

export function notInitialized(domainName: string): IncorrectUsageError {
  return new IncorrectUsageError(`The domain ${domainName} is not initialised. Call await domain.init() first.`, {
    code: 'DOMAIN_NOT_INITIALIZED',
  })
}
