import type { ElementDefinition } from '../../model/definition.ts'
import { snakeCase } from '../../util/names.ts'
import type { Finding, Rule } from './finding.ts'

/** First words that ask for something although they end like a past form, a process or a thing. */
const IMPERATIVES = words(
  'augment bring caution comment complement condition decrement document embed exceed experiment feed fragment implement increment mention need',
  'partition ping position proceed question ring section seed segment shed speed succeed supplement transition',
)
/** Things whose names end like adjectives or verbs. */
const THINGS = words(
  'archive cable collectible collective consumable deliverable detective directive drive enterprise exercise executive expertise franchise',
  'handful hive incentive initiative merchandise motive narrative native objective payable perspective premise prize promise receivable',
  'representative size table variable vegetable wearable',
)
const NO_NOUN = /(?:ify|ize|ise|ive|ous|able|ible|ful)$/

/** The finding says what the name looks like; English cannot be decided by its endings, so it never says more than a hint. */
export const eventNames: Rule = ({ elements }) =>
  misnamed(elements, 'event', (words) => /ing$/.test(words.at(-1) ?? ''), {
    message: 'sounds like something that is going on.',
    fix: 'Name it after what has happened: OrderPlaced, PaymentFailed.',
  })

export const commandNames: Rule = ({ elements }) =>
  misnamed(elements, 'command', ([first = '']) => !IMPERATIVES.has(first) && /.(?:ed|ing|tion|ment)$/.test(first), {
    message: 'does not begin with a verb that asks for something.',
    fix: 'Name it after what is wanted: PlaceOrder, CancelPayment.',
  })

export const aggregateNames: Rule = ({ elements }) =>
  misnamed(elements, 'aggregate', (words) => NO_NOUN.test(words.at(-1) ?? '') && !THINGS.has(words.at(-1) ?? ''), {
    message: 'does not sound like a thing.',
    fix: 'Name it after the thing that it stands for: Order, Payment.',
  })

function misnamed(
  elements: readonly ElementDefinition[],
  kind: ElementDefinition['kind'],
  isMisnamed: (words: readonly string[]) => boolean,
  finding: Omit<Finding, 'subject'>,
): readonly Finding[] {
  return elements
    .filter((element) => element.kind === kind && isMisnamed(snakeCase(element.name).split('_')))
    .map((subject) => ({ ...finding, subject }))
}

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')))
}
