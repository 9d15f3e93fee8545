import type { CustomRule } from 'proteanjs'

/** A rule that tells what it was given. */
export const remember: CustomRule = (domain) => [{ code: 'SEEN', element: domain.name, level: 'info', message: JSON.stringify(domain) }]
