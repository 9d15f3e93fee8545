import type { Registry } from '../registry.ts'
import type { ProblemLog } from './problem-log.ts'

/** An element has one custom repository at most: which of two is meant, nobody could say. */
export function checkRepositories(registry: Registry, log: ProblemLog): void {
  const bases = registry.declarations.map((declaration) => (declaration.kind === 'repository' ? declaration.of : undefined))
  for (const [position, element] of bases.entries()) {
    if (element === undefined || bases.lastIndexOf(element) !== position) continue
    const classes = registry.customRepositories.of(element)
    if (bases.indexOf(element) === position && classes.length < 2) continue
    const names = classes.length < 2 ? '' : `: ${classes.map(({ name }) => name).join(' and ')}`
    log.at(position)({
      code: 'REPOSITORY_TAKEN',
      element: element.name,
      message: `has two custom repositories${names}.`,
      fix: `Put all queries into one class that extends domain.repository(${element.name}).`,
    })
  }
}
