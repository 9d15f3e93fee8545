import type { DomainDescription } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { project } from '../modules/project.ts'
import { remember } from './seen.ts'

const FINDING = "{ code: 'MINE', element: 'Order', level: 'warn', message: 'is odd.' }"

/** The check of a shop with these rules in `rules.ts`. */
function checked(rules: string, names: readonly string[], suppressChecks: readonly string[] = []) {
  const root = project({ 'rules.ts': rules })
  const domain = new Domain('shop', { root, config: { lint: { rules: names } } })
  domain.aggregate('Order', {}, { suppressChecks: ['AGGREGATE_NO_INVARIANTS', 'AGGREGATE_WITHOUT_COMMAND_HANDLER', ...suppressChecks] })
  return domain.check({ traverse: false })
}

describe('a rule of your own', () => {
  test('adds its findings to the others, and they count', async () => {
    const full = "{ code: 'YOURS', element: 'Order', field: 'id', level: 'info', message: 'x', rationale: 'why', fix: 'how' }"
    const rules = `export const mine = () => [${FINDING}]; export const yours = async () => [${full}]`
    expect(await checked(rules, ['./rules.ts#mine', './rules.ts#yours'])).toMatchObject({
      status: 'warn',
      counts: { errors: 0, warnings: 1, infos: 1 },
      diagnostics: [
        { code: 'MINE', category: 'custom', element: 'Order', level: 'warn', message: 'is odd.', rationale: '', fix: '' },
        { code: 'YOURS', category: 'custom', element: 'Order', field: 'id', level: 'info', message: 'x', rationale: 'why', fix: 'how' },
      ],
    })
  })

  test('can be suppressed by its own code', async () => {
    expect(await checked(`export const mine = () => [${FINDING}]`, ['./rules.ts#mine'], ['MINE'])).toMatchObject({ diagnostics: [] })
  })

  test('sees the domain as plain data', async () => {
    const domain = new Domain('shop', { root: import.meta.dirname, config: { lint: { rules: [`./seen.ts#${remember.name}`] } } })
    domain.valueObject('Money', { amount: field.float({ required: true }) })
    domain.entity('Line', { sku: field.string({ unique: true, maxLength: 9, description: 'of the maker' }) }, { partOf: 'Order' })
    class Order extends domain.aggregate('Order', { lines: field.hasMany('Line'), prices: field.valueObject('Money') }) {
      static {
        this.invariant('has lines', () => true)
      }
    }
    class Placed extends domain.event('Placed', {}, { partOf: 'Order', deprecated: '1' }) {}
    domain.event('Base', {}, { abstract: true })
    domain.eventHandler('All', { partOf: Order }).handle(Placed, async () => undefined)
    domain.eventHandler('Any', { streamCategory: '$all' }).handle('any', async () => undefined)
    domain.domainService('Transfer', { partOf: [Order, domain.aggregate('Stock', {})] }, () => undefined)
    const { diagnostics } = await domain.check({ traverse: false })
    const seen = JSON.parse(diagnostics.at(-1)?.message ?? '') as DomainDescription
    const id = { name: 'id', kind: 'auto', required: false, unique: false, identifier: true, maxLength: 255 }
    const plain = { required: false, unique: false, identifier: false }
    expect(seen).toEqual({
      name: 'shop',
      elements: [
        {
          kind: 'valueObject',
          name: 'Money',
          abstract: false,
          fields: [{ ...plain, name: 'amount', kind: 'float', required: true }],
          invariants: [],
          deprecated: false,
        },
        {
          kind: 'entity',
          name: 'Line',
          abstract: false,
          partOf: 'Order',
          fields: [id, { ...plain, name: 'sku', kind: 'string', unique: true, maxLength: 9, description: 'of the maker' }],
          invariants: [],
          deprecated: false,
        },
        {
          kind: 'aggregate',
          name: 'Order',
          abstract: false,
          fields: [
            id,
            { ...plain, name: 'lines', kind: 'hasMany', target: 'Line' },
            { ...plain, name: 'prices', kind: 'valueObject', target: 'Money' },
          ],
          invariants: ['has lines'],
          deprecated: false,
        },
        { kind: 'event', name: 'Placed', abstract: false, partOf: 'Order', fields: [], invariants: [], deprecated: true },
        { kind: 'event', name: 'Base', abstract: true, fields: [], invariants: [], deprecated: false },
        { kind: 'aggregate', name: 'Stock', abstract: false, fields: [id], invariants: [], deprecated: false },
      ],
      handlers: [
        { kind: 'event handler', name: 'All', partOf: 'Order', handles: ['Placed'] },
        { kind: 'event handler', name: 'Any', handles: ['any'] },
      ],
      services: [{ kind: 'domain service', name: 'Transfer', partOf: ['Order', 'Stock'] }],
    })
  })
})

describe('a rule that cannot be run', () => {
  test.each([
    ['of a module that does not exist', '', './nowhere.ts#mine', 'LINT_RULE_NOT_LOADED'],
    ['of a module that throws', "throw new Error('no')", './rules.ts#mine', 'LINT_RULE_NOT_LOADED'],
    ['of a package that is not installed', '', '@acme/rules#mine', 'LINT_RULE_NOT_LOADED'],
    ['that is not exported', 'export const other = () => []', './rules.ts#mine', 'LINT_RULE_NOT_LOADED'],
    ['without a name', 'export const mine = () => []', './rules.ts', 'LINT_RULE_NOT_LOADED'],
    ['that is no function', 'export const mine = []', './rules.ts#mine', 'LINT_RULE_NOT_LOADED'],
    ['that throws', "export const mine = () => { throw new Error('no') }", './rules.ts#mine', 'LINT_RULE_FAILED'],
    ['that rejects', "export const mine = async () => { throw 'no' }", './rules.ts#mine', 'LINT_RULE_FAILED'],
    ['that gives nothing', 'export const mine = () => undefined', './rules.ts#mine', 'LINT_RULE_FAILED'],
    [
      'whose findings have no level',
      `export const mine = () => [{ ...${FINDING}, level: 'error' }]`,
      './rules.ts#mine',
      'LINT_RULE_FAILED',
    ],
    [
      'whose findings have no element',
      `export const mine = () => [{ ...${FINDING}, element: undefined }]`,
      './rules.ts#mine',
      'LINT_RULE_FAILED',
    ],
    ['whose findings are texts', "export const mine = () => ['x']", './rules.ts#mine', 'LINT_RULE_FAILED'],
  ])('because it is one %s, fails the check', async (_, rules, name, code) => {
    await expect(checked(rules, [name])).rejects.toMatchObject({
      name: 'ConfigurationError',
      problems: [{ code, element: `config.lint.rules: ${name}` }],
    })
  })

  test('keeps what was thrown as the cause', async () => {
    const rules = "export const mine = () => { throw new RangeError('no') }"
    await expect(checked(rules, ['./rules.ts#mine'])).rejects.toMatchObject({ cause: { name: 'RangeError', message: 'no' } })
  })
})
