/** Holds the list of promises and the titles of the tests together, in both directions. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url).pathname

interface Row {
  readonly id: string
  readonly promise: string
  readonly files: readonly string[]
}

function rowsOf(markdown: string): Row[] {
  return markdown.split('\n').flatMap(line => {
    const [, id, promise, files] = /^\| ([A-Z]\d\d) \| (.+) \| (.+) \|$/.exec(line) ?? []
    if (id === undefined || promise === undefined || files === undefined) return []
    return [{ id, promise, files: [...files.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path) }]
  })
}

/** Ids at the beginning of a title: `it('[A01] [A02] …'`. */
function idsOf(source: string): Set<string> {
  const titles = source.matchAll(/['"`]((?:\[[A-Z]\d\d\] ?)+)/g)
  return new Set([...titles].flatMap(([, ids = '']) => ids.match(/[A-Z]\d\d/g) ?? []))
}

const rows = rowsOf(readFileSync(join(ROOT, 'test/rows.md'), 'utf8'))
const proofs = new Map(
  globSync('test/**/*.test.{ts,tsx}', { cwd: ROOT }).map(path => [
    path,
    idsOf(readFileSync(join(ROOT, path), 'utf8')),
  ]),
)

describe('the promises', () => {
  it('are listed once each, with the tests that prove them', () => {
    expect(rows.length).toBeGreaterThan(25)
    const ids = rows.map(row => row.id)
    expect(ids).toEqual([...new Set(ids)])
    for (const { id, files } of rows) expect({ id, files }).not.toEqual({ id, files: [] })
  })

  it.each(rows)('$id is proved in every file that it names', ({ id, files }) => {
    for (const path of files) {
      expect({ path, exists: existsSync(join(ROOT, path)) }).toEqual({ path, exists: true })
      expect([...(proofs.get(path) ?? [])], `${path} has a title with [${id}]`).toContain(id)
    }
  })

  it('are all that titles speak of', () => {
    const listed = new Set(rows.map(row => row.id))
    const unlisted = [...proofs].flatMap(([path, ids]) =>
      [...ids].filter(id => !listed.has(id)).map(id => `${id} in ${path}`),
    )
    expect(unlisted).toEqual([])
  })
})
