import type { Children, Field, FieldPresence } from 'proteanjs'
import { field } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import { domain, Money, Order, OrderLine } from './shop.ts'

type Of<F> = F extends Field<infer Type, infer Input, infer Presence, infer Id> ? [Type, Input, Presence, Id] : never
declare function of<F extends Field<unknown, unknown, FieldPresence, boolean>>(declared: F): Of<F>

// Elements that contain themselves and each other.
class Category extends domain.aggregate('Category', {
  name: field.string({ required: true }),
  parent: field.reference<Category>(() => Category),
}) {
  rename(name: string): void {
    this.name = name
  }
}

class Folder extends domain.entity('Folder', { name: field.string(), files: field.hasMany<File>(() => File) }, { partOf: () => Disk }) {}
class File extends domain.entity(
  'File',
  { size: field.integer({ required: true }), folder: field.hasOne<Folder>(() => Folder) },
  { partOf: 'Disk' },
) {}
class Disk extends domain.aggregate('Disk', {
  label: field.string(),
  folders: field.hasMany<Folder>('Folder'),
  main: field.hasOne<Folder>('Folder'),
}) {}

class Author extends domain.aggregate('Author', { books: field.list(field.reference<Book>(() => Book)) }) {}
class Book extends domain.aggregate('Book', { author: field.reference<Author>(() => Author, { required: true }) }) {}

class Interval extends domain.valueObject('Interval', { until: field.valueObject<Instant>(() => Instant) }) {}
class Instant extends domain.valueObject('Instant', { at: field.dateTime({ required: true }) }) {}

describe('value objects in a field', () => {
  test('are named by class, by name with a type argument, or by a function', () => {
    expectTypeOf(of(field.valueObject(Money))).toEqualTypeOf<[Money, Money, 'optional', false]>()
    expectTypeOf(of(field.valueObject(Money, { required: true }))).toEqualTypeOf<[Money, Money, 'required', false]>()
    expectTypeOf(of(field.valueObject(Money, { default: () => new Money({ amount: 0 }) }))).toEqualTypeOf<
      [Money, Money, 'defaulted', false]
    >()
    expectTypeOf(of(field.valueObject<Money>('Money'))).toEqualTypeOf<[Money, Money, 'optional', false]>()
    expectTypeOf(of(field.valueObject<Money>(() => Money, { required: true }))).toEqualTypeOf<[Money, Money, 'required', false]>()
    expectTypeOf(new Interval({}).until).toEqualTypeOf<Instant | undefined>()
  })

  test('keep their methods, and are not mistaken for other objects', () => {
    const order = new Order({ customerId: 'c-1', price: new Money({ amount: 1 }) })
    expectTypeOf(order.price?.plus(new Money({ amount: 2 }))).toEqualTypeOf<Money | undefined>()
    // @ts-expect-error another value object
    order.price = new Instant({ at: 0 })
    // @ts-expect-error a default is of the class
    field.valueObject(Money, { default: new Instant({ at: 0 }) })
  })
})

describe('children', () => {
  test('are a live read-only list of their class', () => {
    expectTypeOf(of(field.hasMany(OrderLine))).toEqualTypeOf<[Children<OrderLine>, readonly OrderLine[], 'defaulted', false]>()
    expectTypeOf(of(field.hasMany(() => OrderLine))[0]).toEqualTypeOf<Children<OrderLine>>()
    expectTypeOf(of(field.hasMany<OrderLine>(() => OrderLine))[0]).toEqualTypeOf<Children<OrderLine>>()
    expectTypeOf(of(field.hasMany<OrderLine>('OrderLine'))[0]).toEqualTypeOf<Children<OrderLine>>()
    const { lines } = new Order({ customerId: 'c-1' })
    expectTypeOf(lines[0]).toEqualTypeOf<OrderLine | undefined>()
    expectTypeOf(lines.find('l-1')).toEqualTypeOf<OrderLine | undefined>()
    expectTypeOf(lines.find({ sku: 'a' })).toEqualTypeOf<OrderLine | undefined>()
    expectTypeOf(lines.find((line) => line.isSingle)).toEqualTypeOf<OrderLine | undefined>()
    expectTypeOf(lines.map((line) => line.quantity)).toEqualTypeOf<number[]>()
    expectTypeOf(lines.filter((line) => line.isSingle)).toEqualTypeOf<OrderLine[]>()
    for (const line of lines) expectTypeOf(line).toEqualTypeOf<OrderLine>()
  })

  test('are added and removed, not assigned by index', () => {
    const order = new Order({ customerId: 'c-1' })
    order.lines.add(new OrderLine({ sku: 'a' }), new OrderLine({ sku: 'b' }))
    order.lines.remove(...order.lines)
    // @ts-expect-error read-only
    order.lines[0] = new OrderLine({ sku: 'a' })
    // @ts-expect-error not an array to be pushed to
    order.lines.push(new OrderLine({ sku: 'a' }))
    // @ts-expect-error another class
    order.lines.add(new Money({ amount: 1 }))
    // @ts-expect-error no such field of the child
    order.lines.find({ sko: 'a' })
  })

  test('one child is the child or undefined', () => {
    expectTypeOf(of(field.hasOne(OrderLine))).toEqualTypeOf<[OrderLine, OrderLine, 'optional', false]>()
    expectTypeOf(of(field.hasOne(() => OrderLine))[0]).toEqualTypeOf<OrderLine>()
    const disk = new Disk({ main: new Folder({}) })
    expectTypeOf(disk.main).toEqualTypeOf<Folder | undefined>()
    disk.main = undefined
  })
})

describe('elements that refer to each other', () => {
  test('have the types of each other, however deep', () => {
    const disk = new Disk({ folders: [new Folder({ files: [new File({ size: 1 })] })] })
    expectTypeOf(disk.folders[0]?.files[0]?.folder?.files).toEqualTypeOf<Children<File> | undefined>()
    expectTypeOf(disk.folders[0]?.files[0]?.size).toEqualTypeOf<number | undefined>()
    // @ts-expect-error a folder is no file
    new Folder({ files: [new Folder({})] })
  })

  test('a reference is an identity, and takes the object too', () => {
    expectTypeOf(of(field.reference(Order))).toEqualTypeOf<[string, string | Order, 'optional', false]>()
    expectTypeOf(of(field.reference<Order>('Order', { required: true }))).toEqualTypeOf<[string, string | Order, 'required', false]>()
    const parent = new Category({ name: 'books' })
    const child = new Category({ name: 'novels', parent })
    expectTypeOf(child.parent).toEqualTypeOf<string | undefined>()
    child.rename('fiction')
    const author = new Author({ books: [] })
    expectTypeOf(new Book({ author }).author).toEqualTypeOf<string>()
    expectTypeOf(author.books).toEqualTypeOf<readonly string[]>()
    // @ts-expect-error another aggregate
    new Category({ name: 'novels', parent: author })
  })
})
