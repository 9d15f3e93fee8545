import type { Upcaster } from '../../handlers/upcaster.ts'
import { chainFrom } from '../../handlers/upcaster.ts'
import type { Registry } from '../registry.ts'
import type { ProblemLog, Report } from './problem-log.ts'

/** Upcasters must lead from every version that one of them knows to the current one, by one way alone. */
export function checkUpcasters(registry: Registry, log: ProblemLog): void {
  for (const [position, declaration] of registry.declarations.entries()) {
    if (declaration.kind !== 'upcaster') continue
    const { upcaster } = declaration
    const report = log.at(position)
    if (!checkItself(registry, upcaster, report)) continue
    checkChain(registry, upcaster, report)
  }
}

function checkItself(registry: Registry, { message, from, to, upcast }: Upcaster, report: Report): boolean {
  const versions = [from, to]
  if (!versions.every((version) => Number.isSafeInteger(version) && version >= 1) || from === to) {
    report({
      code: 'UPCASTER_INVALID',
      element: message.name,
      message: `has an upcaster from ${String(from)} to ${String(to)}.`,
      fix: 'Give two versions, which are whole numbers from 1, as in { from: 1, to: 2 }.',
    })
    return false
  }
  if (typeof upcast !== 'function') {
    report({
      code: 'UPCASTER_INVALID',
      element: message.name,
      message: `has an upcaster from ${from} to ${to} that is no function.`,
      fix: `Write domain.upcaster(${message.name}, { from: ${from}, to: ${to} }, (payload) => ({ … })).`,
    })
    return false
  }
  if ((registry.has(message) && !message.isAbstract) || registry.isExternal(message)) return true
  report({
    code: 'UPCASTER_TARGET',
    element: message.name,
    message: `has an upcaster, but is ${message.isAbstract ? 'abstract' : 'of another domain and not registered here'}.`,
    fix: message.isAbstract
      ? 'Upcast the messages that extend it.'
      : `Call domain.registerExternalEvent(${message.name}, '<its type string>').`,
  })
  return false
}

function checkChain(registry: Registry, upcaster: Upcaster, report: Report): void {
  const { message, from, to } = upcaster
  const siblings = registry.upcasters.filter((other) => other.message === message)
  const current = registry.currentVersion(message)
  const say = (code: string, text: string, fix: string) => report({ code, element: message.name, message: text, fix })
  if (current === undefined) {
    say(
      'UPCASTER_TARGET',
      'has an upcaster, but is registered under a type string without a version.',
      'Register it as Domain.Event.v2, with the version that this domain reads.',
    )
    return
  }
  if (siblings.find((other) => other.from === from) !== upcaster) {
    say('UPCASTER_DUPLICATE', `has two upcasters from version ${from}.`, 'Keep one: a version has one way on.')
    return
  }
  if (to > current) {
    say(
      'UPCASTER_BEYOND',
      `has an upcaster to version ${to}, but is at version ${current}.`,
      `Declare it with { version: ${to} }, or correct the upcaster.`,
    )
    return
  }
  if (chainFrom(siblings, from, current) !== undefined) return
  const end = endOf(siblings, from)
  if (end === undefined)
    say('UPCASTER_CYCLE', `has upcasters that lead from version ${from} back to it.`, `Let all of them lead to version ${current}.`)
  // Once for a way, by its last step.
  else if (to === end)
    say(
      'UPCASTER_MISSING',
      `has upcasters up to version ${end}, but is at version ${current}.`,
      `Add domain.upcaster(${message.name}, { from: ${end}, to: ${current} }, …), or steps between them.`,
    )
}

/** The version at which the way from this one ends; undefined when it goes in circles. */
function endOf(upcasters: readonly Upcaster[], version: number): number | undefined {
  const seen = new Set<number>()
  for (let at = version; ; ) {
    if (seen.has(at)) return undefined
    seen.add(at)
    const step = upcasters.find(({ from }) => from === at)
    if (step === undefined) return at
    at = step.to
  }
}
