/** Which room may import which: the linter holds the lines, and this holds the linter. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { scratch } from '../setup/scratch.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const OXLINT = join(ROOT, 'node_modules/.bin/oxlint')

const ROOMS = ['src', 'views', 'adapter', 'contract', 'test']

/** A file of each room, and what it must not import; the rest of `ALL` that it may. */
const FORBIDDEN: Record<string, readonly string[]> = {
  'state/select/probe.ts': [...ROOMS, 'keymaps', 'io', 'sqlite', 'ink'],
  'state/journal/probe.ts': [...ROOMS, 'keymaps', 'ink'],
  'keymaps/probe.ts': [...ROOMS, 'io', 'ink'],
  'views/panes/probe.ts': ['src', 'adapter', 'contract', 'test', 'journal', 'io', 'sqlite'],
  'adapters/probe.ts': ['src', 'views', 'adapter', 'keymaps', 'test', 'journal'],
  'adapters/ssh/probe.ts': ['src', 'views', 'adapter', 'keymaps', 'test', 'journal'],
  'src/engine/probe.ts': ['views', 'adapter', 'test'],
  'src/policy/probe.ts': ['views', 'adapter', 'test'],
  'src/hub/probe.ts': [],
  'test/unit/probe.ts': [],
}

const ALL: Record<string, string> = {
  src: 'src/hub/hub.ts',
  views: 'views/screen.ts',
  adapter: 'adapters/local/transport.ts',
  contract: 'adapters/transport.ts',
  keymaps: 'keymaps/actions.ts',
  test: 'test/setup/scratch.ts',
  state: 'state/words.ts',
  journal: 'state/journal/journal.ts',
  io: 'node:fs',
  sqlite: 'better-sqlite3',
  ink: 'ink',
}

/** A room may import its own files; only adapters keep from one another. */
const isOwn = (file: string, target: string): boolean => {
  const room = (path: string) => path.split('/')[0]
  return room(file) === room(target) && room(file) !== 'adapters'
}

const FORMS: readonly ((target: string) => string)[] = [
  target => `import { x } from '${target}'\nexport const y = x\n`,
  target => `import type { X } from '${target}'\nexport type Y = X\n`,
  target => `export * from '${target}'\n`,
  target => `export const x = await import('${target}')\n`,
]

const Report = z.object({
  diagnostics: z.array(z.object({ code: z.string().optional(), filename: z.string() })),
})

/** How `target` is written in `file`. */
function specifier(file: string, target: string): string {
  if (!target.endsWith('.ts')) return target
  const up = '../'.repeat(dirname(file).split('/').length)
  const [room = '', folder = ''] = file.split('/')
  // From one adapter to the next the path does not leave the room.
  if (room === 'adapters' && target.startsWith('adapters/')) {
    const inside = target.slice('adapters/'.length)
    return folder.endsWith('.ts') ? `./${inside}` : `../${inside}`
  }
  return up + target
}

/** Which of these files the linter refuses for what they import. */
async function refused(files: ReadonlyMap<string, string>): Promise<Set<string>> {
  const dir = scratch()
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(dir, '.oxlintrc.json'))
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  const { stdout } = await execa(OXLINT, ['--format', 'json', '.'], { cwd: dir, reject: false })
  const { diagnostics } = Report.parse(JSON.parse(stdout))
  const found = diagnostics.filter(({ code }) => code === 'eslint(no-restricted-imports)')
  return new Set(found.map(({ filename }) => filename))
}

describe('the rooms', () => {
  it('import what they may, and nothing else, in every form of import', async () => {
    const files = new Map<string, string>()
    const wanted = new Set<string>()
    for (const [file, forbidden] of Object.entries(FORBIDDEN)) {
      for (const [name, target] of Object.entries(ALL)) {
        if (isOwn(file, target) && !forbidden.includes(name)) continue
        FORMS.forEach((form, index) => {
          const path = file.replace('probe', `${name}-${index}`)
          files.set(path, form(specifier(file, target)))
          if (forbidden.includes(name)) wanted.add(path)
        })
      }
    }
    expect(wanted.size).toBeGreaterThan(100)
    const found = await refused(files)
    expect(
      [...wanted].filter(path => !found.has(path)),
      'allowed and must not be',
    ).toEqual([])
    const extra = [...found].filter(path => !wanted.has(path))
    expect(extra, 'refused and must not be').toEqual([])
  })

  it('are kept by the program as it stands', async () => {
    const args = ['--format', 'json', 'src', 'views', 'adapters', 'keymaps', 'state']
    const { stdout } = await execa(OXLINT, args, { cwd: ROOT, reject: false })
    expect(Report.parse(JSON.parse(stdout)).diagnostics.map(({ code }) => code)).not.toContain(
      'eslint(no-restricted-imports)',
    )
  })

  it('are all the folders there are', () => {
    const made = ['dist', 'node_modules']
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(entry => entry.name)
      .filter(name => !made.includes(name))
    expect(folders.sort()).toEqual(['adapters', 'keymaps', 'src', 'state', 'test', 'views'])
    const papers = readdirSync(ROOT, { withFileTypes: true })
      .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
      .map(entry => entry.name)
    expect(papers.sort()).toEqual([
      'LICENSE',
      'README.md',
      'package-lock.json',
      'package.json',
      'tsconfig.json',
    ])
  })
})
