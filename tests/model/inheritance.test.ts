import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { definitionOf } from '../../src/model/definition.ts'
import { codeOf, issuesOf } from './thrown.ts'

function makeAnimals() {
  const domain = new Domain('animals')
  class Animal extends domain.aggregate(
    'Animal',
    { name: field.string({ required: true }), legs: field.integer({ default: 4 }) },
    { abstract: true },
  ) {
    static {
      this.invariant('has legs', (animal) => animal.legs > 0, { field: 'legs' })
    }
    rename(name: string) {
      this.name = name
    }
    get shout() {
      return `${this.name}!`
    }
  }
  class Bird extends domain.aggregate(
    'Bird',
    { wings: field.integer({ default: 2 }), legs: field.integer({ default: 2, max: 2 }) },
    { extends: Animal },
  ) {
    fly() {
      return `${this.name} flies with ${this.wings}`
    }
  }
  class Dog extends domain.aggregate('Dog', {}, { extends: Animal }) {}
  return { domain, Animal, Bird, Dog }
}

describe('an abstract element', () => {
  it('cannot be made itself', () => {
    const { Animal } = makeAnimals()
    expect(codeOf(() => new Animal({ name: 'x' }))).toBe('NOT_SUPPORTED')
    class Undeclared extends Animal {}
    expect(codeOf(() => new Undeclared({ name: 'x' }))).toBe('NOT_SUPPORTED')
  })

  it('passes on fields, rules, methods and getters', () => {
    const { Animal, Bird, Dog } = makeAnimals()
    const bird = new Bird({ name: 'Tweety' })
    expect(bird).toBeInstanceOf(Animal)
    expect([bird.fly(), bird.shout, bird.legs, bird.wings]).toEqual(['Tweety flies with 2', 'Tweety!', 2, 2])
    bird.rename('Woody')
    expect(bird.toObject()).toEqual({ id: bird.id, name: 'Woody', legs: 2, wings: 2 })
    expect(issuesOf(() => Object.assign(new Dog({ name: 'a' }), { legs: 0 }))).toEqual(['legs INVARIANT_POST_FAILED'])
    expect(issuesOf(() => new Dog({} as never))).toEqual(['name REQUIRED'])
  })

  it('may have its fields declared anew', () => {
    const { Bird, Dog } = makeAnimals()
    expect(issuesOf(() => new Bird({ name: 'a', legs: 3 }))).toEqual(['legs TOO_LARGE'])
    expect(new Dog({ name: 'a', legs: 3 }).legs).toBe(3)
  })

  it('does not share what is declared of those that extend it', () => {
    const { Bird, Dog } = makeAnimals()
    Bird.invariant('is rare', () => false)
    expect(new Dog({ name: 'a' }).name).toBe('a')
    expect(issuesOf(() => new Bird({ name: 'a' }))).toEqual(['_entity INVARIANT_POST_FAILED'])
    expect(new Dog({ id: 'x', name: 'a' }).equals(new Dog({ id: 'x', name: 'b' }))).toBe(true)
  })

  it('may extend another abstract one', () => {
    const domain = new Domain('shapes')
    class Shape extends domain.valueObject('Shape', { color: field.string({ default: 'red' }) }, { abstract: true }) {
      paint(color: string) {
        return this.replace({ color })
      }
    }
    class Round extends domain.valueObject('Round', { radius: field.float({ required: true }) }, { abstract: true, extends: Shape }) {
      static {
        this.invariant('has a size', (round) => round.radius > 0)
      }
    }
    class Ball extends domain.valueObject('Ball', { weight: field.float() }, { extends: Round }) {}
    const ball = new Ball({ radius: 1 }).paint('blue')
    expect([ball instanceof Ball && ball instanceof Round && ball instanceof Shape, { ...ball }]).toEqual([
      true,
      { color: 'blue', radius: 1, weight: undefined },
    ])
    expect(issuesOf(() => new Ball({ radius: 0 }))).toEqual(['_entity VALUE_OBJECT_INVARIANT_FAILED'])
    for (const Abstract of [Shape, Round]) expect(codeOf(() => new (Abstract as new (input: object) => object)({}))).toBe('NOT_SUPPORTED')
  })

  it('makes entities and projections too', () => {
    const domain = new Domain('others')
    class Base extends domain.entity('Base', { note: field.string() }, { abstract: true }) {}
    class Line extends domain.entity('Line', { sku: field.string() }, { partOf: 'Order', extends: Base }) {}
    class View extends domain.projection('View', { id: field.identifier({ identifier: true }) }, { abstract: true }) {}
    class OrderView extends domain.projection('OrderView', { total: field.float() }, { extends: View }) {}
    expect(new Line({ id: 'l', note: 'n', sku: 's' }).toObject()).toEqual({ id: 'l', note: 'n', sku: 's' })
    expect(new OrderView({ id: 'o', total: 1 }).toObject()).toEqual({ id: 'o', total: 1 })
  })
})

describe('a class that extends an element without declaring one', () => {
  it('is never what storage gives back, even when it is the first to be made', () => {
    const domain = new Domain('plain')
    class Order extends domain.aggregate('Order', { note: field.string() }) {}
    class TestOrder extends Order {}
    const made = new TestOrder({ id: 'x', note: 'n' })
    const restored = definitionOf(Order)?.restore({ id: 'x', note: 'n' }) as Order
    expect(restored.constructor).toBe(Order)
    expect(restored.equals(made)).toBe(true)
  })
})
