import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { shellEnvironment } from '../support/shell-environment.ts'
import { repository } from '../support/source-file.ts'

const PROGRAM = join(repository, 'examples', 'bookshelf', 'main.ts')

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proteanjs-bookshelf-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs the program in `folder`, as somebody does who has set nothing but `env`. */
function run(
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, ['--conditions=proteanjs-source', PROGRAM], {
    cwd: folder,
    env: shellEnvironment(env),
  })
  const [out, err] = [child.stdout, child.stderr].map(async (stream) => (await stream.setEncoding('utf8').toArray()).join(''))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', async (code) => resolve({ code, out: (await out) ?? '', err: (await err) ?? '' }))
  })
}

describe('the bookshelf', { timeout: 30_000 }, () => {
  test('is what the first command of the README runs', async () => {
    expect(await readFile(join(repository, 'README.md'), 'utf8')).toContain('npm install && npm run example')
    expect(manifest.scripts.example).toBe('cd examples/bookshelf && node --conditions=proteanjs-source main.ts')
  })

  test('keeps its data in a file, says where, and goes on from it when it is started again', async () => {
    const first = await run()
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining('There is nothing in it yet.') })
    expect(first.out).toContain(`${join(folder, 'bookshelf.db')} (SQLite)`)
    expect(first.out).toContain('It now holds 2 books and 2 orders, 1 of them confirmed.')
    expect(existsSync(join(folder, 'bookshelf.db'))).toBe(true)

    const second = await run()
    expect(second).toMatchObject({
      code: 0,
      out: expect.stringContaining('From earlier runs it holds 2 books and 2 orders, 1 of them confirmed.'),
    })
    expect(second.out).toContain('in stock: 2 × Dune, 1 × The Great Gatsby')
    expect(second.out).toContain('It now holds 2 books and 4 orders, 2 of them confirmed.')
    expect(second.out).not.toContain('BookAdded')

    const third = await run()
    expect(third).toMatchObject({ code: 0, out: expect.stringContaining('From earlier runs it holds 2 books and 4 orders') })
    expect(third.out, 'new copies, for the last ones are gone').toContain('in stock: 4 × Dune')
  })

  test('tells how to change to PostgreSQL, and goes where DATABASE_URL says', async () => {
    expect((await run()).out).toContain('DATABASE_URL=postgresql://user:password@localhost:5432/database npm run example')
    const other = await run({ DATABASE_URL: 'sqlite:///other.db' })
    expect(other).toMatchObject({ code: 0, out: expect.stringContaining(`${join(folder, 'other.db')} (SQLite)`) })
    const nobody = await run({ DATABASE_URL: 'postgresql://somebody:secret@127.0.0.1:1/shop' })
    expect(nobody).toMatchObject({ code: 1, err: expect.stringMatching(/cannot go on.*"default" \(postgresql\) cannot be reached/) })
    expect(nobody.err).not.toContain('secret')
  })

  test('says what is wrong with a file that is no database, and leaves it as it is', async () => {
    const letter = 'This is a letter and no database. '.repeat(100)
    await writeFile(join(folder, 'bookshelf.db'), letter)
    const { code, err, out } = await run()
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(err).toMatch(/cannot go on.*bookshelf\.db.*Name another file/)
    expect(await readFile(join(folder, 'bookshelf.db'), 'utf8')).toBe(letter)
  })

  test('says what is wrong with a file that is broken further in', async () => {
    await run()
    const file = join(folder, 'bookshelf.db')
    await writeFile(file, (await readFile(file)).subarray(0, 20_000))
    const { code, err } = await run()
    expect(code).toBe(1)
    expect(err).toMatch(/cannot go on.*malformed.*Restore it from a backup/)
  })

  test('says so where no file can be made', async () => {
    const { code, err } = await run({ DATABASE_URL: 'sqlite:///missing/bookshelf.db' })
    expect(code).toBe(1)
    expect(err).toMatch(/cannot go on.*missing\/bookshelf\.db.*Create its folder/)
  })
})
