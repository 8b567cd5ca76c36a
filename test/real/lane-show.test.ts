/** What is held of a lane, read over a real sshd by the built program. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { seenLane } from './parts/seen-lane.ts'

const BRIEF = '# TASK\nTell a story.\u001b]0;owned\u0007\n# STOP\nThen.\n'

requirePart('sshd', 'git')('a lane looked into', () => {
  async function lane() {
    const seen = await seenLane(BRIEF)
    onTestFinished(() => seen.remove())
    const show = (part: string) => seen.operator.printed('lane', 'show', 'ok', part)
    const json = async (part: string) =>
      JSON.parse(await seen.operator.printed('lane', 'show', 'ok', part, '--json'))
    return { ...seen, show, json }
  }

  it('[N06] its brief is told with its hash, cleaned, and when it is no longer what was sent', async () => {
    const { show, json, sshd } = await lane()
    expect(await show('brief')).toMatch(
      /^── ok, .+\n── sha256 [0-9a-f]{64}\n# TASK\nTell a story\.\n/,
    )
    const { briefs } = await json('brief')
    expect(briefs).toMatchObject([{ run: 'ok', isSame: true, isCut: false }])
    appendFileSync(join(sshd.dir, 'yard/logs/ok.brief.md'), 'and more\n')
    expect(await show('brief')).toContain('no longer what was sent')
  })

  it('[N06] its diff is against where its launch began, commits and loose changes alike', async () => {
    const { show, json, tree, git } = await lane()
    expect(await show('diff')).toContain('Nothing differs.')
    writeFileSync(join(tree, 'story.txt'), 'one\nTWO\u001b[2J\nthree\n')
    git('commit', '-qam', 'louder')
    appendFileSync(join(tree, 'story.txt'), 'four\n')
    writeFileSync(join(tree, 'new \u001b[31mfile'), 'x')
    const diff = await json('diff')
    expect(diff).toMatchObject({
      kind: 'diff',
      branch: 'lane/ok',
      why: 'its launch began from it',
      untracked: ['new \u001b[31mfile'],
      cut: null,
    })
    const text = await show('diff')
    expect(text).toContain('\n-two\n')
    expect(text).toContain('\n+TWO\n')
    expect(text).toContain('\n+four')
    expect(text).toMatch(/1 untracked file:\n {3}new file\n/)
    expect(text).not.toContain('\u001b')
  })

  it('[N06] a huge diff is cut, and says so; a repository that runs programs for its diffs runs none', async () => {
    const { json, tree, git, sshd } = await lane()
    const ran = join(sshd.dir, 'yard', 'ran')
    git('config', 'diff.external', `touch ${ran}; true`)
    git('config', 'diff.evil.textconv', `touch ${ran}; cat`)
    writeFileSync(join(tree, '.gitattributes'), '*.txt diff=evil\n')
    writeFileSync(join(tree, 'story.txt'), 'a line that is long enough\n'.repeat(400_000))
    const diff = await json('diff')
    expect(diff.cut).toMatch(/left out: the patch after its first 8388608 bytes/)
    expect(Buffer.byteLength(diff.patch)).toBeLessThanOrEqual(8 * 2 ** 20)
    expect(() => writeFileSync(ran, '', { flag: 'wx' })).not.toThrow()
  })

  it('[N06] its timeline joins the journal with the turns of its own log, in time', async () => {
    const { operator, show, json } = await lane()
    await operator.printed('note', '--subject', 'ok', 'the reviewer waits')
    const { entries } = await json('timeline')
    expect(entries.map(({ text }: { text: string }) => text)).toEqual(
      expect.arrayContaining([
        'turn began',
        expect.stringMatching(/^turn ended/),
        'the reviewer waits',
      ]),
    )
    const instants = entries.flatMap(({ at }: { at: number | null }) => at ?? [])
    expect(instants).toEqual(instants.toSorted((a: number, b: number) => a - b))
    expect(await show('timeline')).toMatch(/note by .+ #\d+: the reviewer waits\n/)
  })

  it('says so where there is nothing: no lane, no repository', async () => {
    const { operator, show, tree } = await lane()
    const none = await operator.run('lane', 'show', 'nobody', 'diff')
    expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no lane is named') })
    mkdirSync(`${tree}.other`)
    await operator.run('run', `rm -rf '${tree}/.git'`)
    expect(await show('diff')).toMatch(/^No diff: git in .*: fatal: not a git repository/)
  })
})
