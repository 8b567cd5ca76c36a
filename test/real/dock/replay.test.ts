/** Replays over real git: what both sides did is there to the byte, or nothing is made. */
import { describe, expect, it } from 'vitest'
import { rebaseWorld } from '../../../src/hub/dock/rebase-world.ts'
import { requirePart } from '../../setup/require-part.ts'
import { type Change, type CommitOf, newBranches } from './parts/branches.ts'

type Files = Readonly<Record<string, Change>>

interface Case {
  readonly base: Files
  readonly main: Files
  /** One commit each. */
  readonly pull: readonly Files[]
}

async function replayed({ base, main, pull }: Case, more: readonly CommitOf[] = []) {
  const branches = await newBranches([
    { branch: 'main', files: base },
    ...pull.map((files, index) => ({
      branch: 'lane/1',
      ...(index === 0 ? { from: ['main'] } : {}),
      files,
    })),
    { branch: 'main', files: main },
    ...more,
  ])
  const { mirror, at, read, git } = branches
  const author = { name: 'Dock', email: 'dock@factory.test' }
  const world = rebaseWorld({ mirror, base: 'main', author, tell: async () => undefined })
  const plan = { head: at('lane/1'), tip: at('main'), branch: 'lane/1', at: 1_750_000_000_000 }
  const came = await world.replay(plan)
  const made = came.kind === 'replayed' ? came.commit : null
  const inMirror = (...args: string[]) => mirror.git.run(args)
  return {
    came,
    plan,
    git,
    inMirror,
    again: () => world.replay(plan),
    file: (path: string) => read(made ?? '', path).toString('latin1'),
    paths: async () => (await inMirror('ls-tree', '-r', '--name-only', made ?? '')).split('\n'),
  }
}

const LIST = 'first\nsecond\n'
const whyOf = ({ came }: Awaited<ReturnType<typeof replayed>>) =>
  came.kind === 'stuck' ? came.losses.map(({ path, why }) => `${path}: ${why}`) : [came.kind]

requirePart('git')('a replay', () => {
  describe('keeps', () => {
    it('[F03] what both append to one file, the branch’s first, commit by commit, by the same author', async () => {
      const run = await replayed({
        base: { 'list.md': LIST, 'a.txt': 'a\n' },
        main: { 'list.md': `${LIST}of main\n` },
        pull: [{ 'list.md': `${LIST}of lane\n` }, { 'a.txt': 'b\n' }],
      })
      expect(run.came).toMatchObject({ how: 'commits', bothKept: ['list.md'], files: 2, hunks: 1 })
      expect(run.file('list.md')).toBe(`${LIST}of main\nof lane\n`)
      expect(run.file('a.txt')).toBe('b\n')
      const made = run.came.kind === 'replayed' ? run.came.commit : ''
      const shown = ['log', '--format=%an <%ae> %ad %cn %s', '--date=raw', `main..${made}`]
      expect((await run.inMirror(...shown)).split('\n')).toEqual([
        'Lane <lane@factory.test> 1700000002 +0200 Dock lane/1: change 3',
        'Lane <lane@factory.test> 1700000001 +0200 Dock lane/1: change 2',
      ])
      expect(await run.again()).toEqual(run.came)
    })

    it('an append that the pull request itself edits later: the branch is merged in', async () => {
      const run = await replayed({
        base: { 'list.md': LIST },
        main: { 'list.md': `${LIST}of main\n` },
        pull: [{ 'list.md': `${LIST}of lane\n` }, { 'list.md': `${LIST}OF LANE\n` }],
      })
      expect(run.came).toMatchObject({ how: 'merge', bothKept: ['list.md'] })
      expect(run.file('list.md')).toBe(`${LIST}of main\nOF LANE\n`)
      const made = run.came.kind === 'replayed' ? run.came.commit : ''
      expect(await run.inMirror('log', '-1', '--format=%P', made)).toBe(
        `${run.plan.head} ${run.plan.tip}`,
      )
    })

    it('edits of a file that either side moved', async () => {
      const text = `${'line\n'.repeat(20)}end\n`
      const edited = text.replace('end', 'the end')
      const byMain = await replayed({
        base: { 'old.txt': text, 'list.md': LIST },
        main: { 'old.txt': { to: 'new.txt' }, 'list.md': `${LIST}of main\n` },
        pull: [{ 'old.txt': edited, 'list.md': `${LIST}of lane\n` }],
      })
      expect(byMain.came.kind).toBe('replayed')
      expect(await byMain.paths()).toEqual(['list.md', 'new.txt'])
      expect(byMain.file('new.txt')).toBe(edited)
      const byPull = await replayed({
        base: { 'old.txt': text, 'list.md': LIST },
        main: { 'old.txt': edited, 'list.md': `${LIST}of main\n` },
        pull: [{ 'old.txt': { to: 'new.txt' }, 'list.md': `${LIST}of lane\n` }],
      })
      expect(byPull.came.kind).toBe('replayed')
      expect(byPull.file('new.txt')).toBe(edited)
    })

    it('modes, binaries, removals, line ends and bytes of any encoding', async () => {
      const latin = (text: string) => Buffer.from(text, 'latin1')
      const run = await replayed({
        base: {
          'run.sh': 'a\r\n',
          'pic.bin': latin('\0\u00ff1'),
          'gone.txt': 'x\n',
          'l.txt': latin('\u00e9\n'),
        },
        main: { 'run.sh': 'a\r\nof main\r\n', 'l.txt': latin('\u00e9\n\u00e8 main\n') },
        pull: [
          {
            'run.sh': { executable: 'a\r\nof lane\r\n' },
            'pic.bin': latin('\0\u00ff2'),
            'gone.txt': null,
            'l.txt': latin('\u00e9\n\u00fc lane\n'),
          },
        ],
      })
      expect(run.came).toMatchObject({ kind: 'replayed', bothKept: ['l.txt', 'run.sh'] })
      expect(run.file('run.sh')).toBe('a\r\nof main\r\nof lane\r\n')
      expect(run.file('l.txt')).toBe('\u00e9\n\u00e8 main\n\u00fc lane\n')
      expect(run.file('pic.bin')).toBe('\0\u00ff2')
      expect(await run.paths()).toEqual(['l.txt', 'pic.bin', 'run.sh'])
    })

    it('markers that a pull request tells of, for a file may be about them', async () => {
      const told = '<<<<<<< one side\n=======\n>>>>>>> the other\n'
      const run = await replayed({
        base: { 'list.md': LIST },
        main: { 'list.md': `${LIST}of main\n` },
        pull: [{ 'list.md': `${LIST}${told}` }],
      })
      expect(run.file('list.md')).toBe(`${LIST}of main\n${told}`)
    })

    it('names of files that are no ASCII', async () => {
      const run = await replayed({
        base: { 'liste é.md': LIST },
        main: { 'liste é.md': `${LIST}of main\n` },
        pull: [{ 'liste é.md': `${LIST}of lane\n` }],
      })
      expect(run.file('liste é.md')).toBe(`${LIST}of main\nof lane\n`)
    })
  })

  describe('makes nothing', () => {
    it.each<[string, Case, string[]]>([
      [
        'where both changed the same lines',
        {
          base: { 'a.txt': '1\n2\n' },
          main: { 'a.txt': '1\ntwo\n' },
          pull: [{ 'a.txt': '1\nTWO\n' }],
        },
        ['a.txt: both changed the same lines'],
      ],
      [
        'where both made the same file',
        { base: { 'a.txt': '' }, main: { 'n.txt': 'main\n' }, pull: [{ 'n.txt': 'lane\n' }] },
        ['n.txt: only in branch and pull request'],
      ],
      [
        'where one removed what the other changed',
        { base: { 'a.txt': '1\n', k: '' }, main: { 'a.txt': null }, pull: [{ 'a.txt': '2\n' }] },
        ['a.txt: only in base and pull request'],
      ],
      [
        'where both changed a binary',
        { base: { b: 'a\0a' }, main: { b: 'a\0b' }, pull: [{ b: 'a\0c' }] },
        ['b: both changed it, and it has no lines'],
      ],
      [
        'of attributes that say how to merge: the pull request has no say in that',
        {
          base: { 'a.txt': '1\n', '.gitattributes': '* merge=union\n' },
          main: { 'a.txt': 'one\n' },
          pull: [{ 'a.txt': 'ONE\n' }],
        },
        ['a.txt: both changed the same lines'],
      ],
      [
        'of what has landed by another way',
        {
          base: { 'a.txt': '1\n' },
          main: { 'a.txt': '2\n', 'b.txt': 'more\n' },
          pull: [{ 'a.txt': '2\n' }],
        },
        ['empty'],
      ],
    ])('%s', async (_, plan, why) => {
      expect(whyOf(await replayed(plan))).toEqual(why)
    })
  })
})
