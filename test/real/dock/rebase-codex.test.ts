/**
 * Clashes that no rule resolves, and the real Codex on them: the built program launches it with a
 * brief, compares what it pushed with what it was given, and lands it only whole.
 */
import { expect, it } from 'vitest'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { codexDock, LANDED } from './parts/codex-dock.ts'

const LIMIT_MS = 120_000
/** The server's clock is moved by that much at each question. */
const TICK_MS = 5_000

/** What a model may do in the middle of a rebase; git calls the branch's side "ours". */
const DROP_BRANCH = 'git checkout --theirs shared.txt'
const DROP_PULL = 'git checkout --ours shared.txt'
const KEEP_BOTH = `sed -i '/^[<=>]\\{7\\}/d' shared.txt`

requirePart('sshd', 'git')('a real Codex that rebases', () => {
  it(
    '[F03] lands what holds both sides of a clash; one that threw a side away is told, held, and not tried again',
    async () => {
      const { dock, begin, look, queue, lanes, journal, decisions } = await codexDock({
        1: DROP_BRANCH,
        2: DROP_PULL,
        3: KEEP_BOTH,
      })
      const given = dock.model
        .pulls()
        .map(({ number, headSha }) => `rebase-${number}-${headSha.slice(0, 12)}`)
      const open = () =>
        dock.model.pulls().flatMap(({ number, landed }) => (landed === null ? [number] : []))
      await begin()
      await eventually(
        'one lands',
        () => {
          dock.pass(TICK_MS)
          return open().length < 3
        },
        LIMIT_MS,
      )
      expect(open().toSorted((a, b) => a - b)).toEqual([1, 2])
      const tip = dock.git('rev-parse', 'main')
      expect(dock.git('show', 'main:shared.txt').split('\n')).toEqual([LANDED, '3'])
      const authors = dock.git('log', '--format=%an', 'main', '--', 'shared.txt')
      expect(authors.split('\n')).toEqual(['lane', 'Acme', 'lane'])

      await look(3)
      const left = (await queue()).map(({ number, dock: told }) => {
        return { number, state: told?.state, blocking: told?.blocking }
      })
      const heldFor = (number: number, why: RegExp) => {
        return { number, state: 'held', blocking: expect.stringMatching(why) }
      }
      expect(left.toSorted((a, b) => a.number - b.number)).toEqual([
        heldFor(1, /^what rebase-1-\w+ pushed is not whole: .* landed on the branch .*"somebody"/),
        heldFor(2, /^what rebase-2-\w+ pushed is not whole: .* the pull request did .*"2"/),
      ])
      // The lanes end in any order, and so they are asked about.
      const asked = (await decisions()).map(({ question }) => question)
      expect(asked.toSorted()).toEqual(
        [1, 2].map(
          one => `acme/app#${one} was rebased by a lane that may have lost something: take it?`,
        ),
      )
      const names = (await lanes()).map(({ name }) => name)
      expect(names.toSorted()).toEqual(given.toSorted())
      const launches = (await journal()).filter(({ text }) => text.startsWith('launch rebase-'))
      expect(launches).toHaveLength(3)
      expect(dock.git('rev-parse', 'main')).toBe(tip)
    },
    LIMIT_MS,
  )
})
