import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'

describe('the class of an element', () => {
  it('is compiled from its fields, names quoted', () => {
    const names = ['plain', 'größe', 'class'] as const
    const [plain, size, keyword] = names
    const cls = new Domain('compiled').valueObject('Value', {
      [plain]: field.string(),
      [size]: field.integer({ min: 1 }),
      [keyword]: field.boolean(),
    })
    const code = String(cls)
    expect(code).not.toContain('construct(this, input)')
    for (const name of names) expect(code).toContain(JSON.stringify(name))
    expect({ ...new cls({ plain: 'a', größe: '2' as never, class: true }) }).toEqual({ plain: 'a', größe: 2, class: true })
  })

  it('does what it does in a process that forbids making code from text', () => {
    const program = `
      import { Domain, field } from 'proteanjs'
      const domain = new Domain('strict')
      class Line extends domain.entity('Line', { sku: field.string({ required: true }) }, { partOf: 'Order' }) {}
      class Order extends domain.aggregate('Order', { id: field.identifier({ identifier: true }), total: field.float({ default: 0 }), lines: field.hasMany(Line) }) {
        static { this.invariant('is not negative', (order) => order.total >= 0, { field: 'total' }) }
      }
      let text = 'allowed'
      try { new Function('return 1') } catch { text = 'forbidden' }
      const order = new Order({ id: 'o', lines: [new Line({ id: 'l', sku: 'a' })] })
      try { order.total = -1 } catch (error) { text += ' ' + error.code }
      console.log(text, JSON.stringify(order))`
    const flags = ['--disallow-code-generation-from-strings', '--conditions=proteanjs-source', '--input-type=module']
    const output = execFileSync(process.execPath, [...flags, '--eval', program], {
      cwd: join(import.meta.dirname, '..', '..', '..'),
      encoding: 'utf8',
    })
    expect(output.trim()).toBe('forbidden INVARIANT_POST_FAILED {"id":"o","total":0,"lines":[{"id":"l","sku":"a"}]}')
  })
})
