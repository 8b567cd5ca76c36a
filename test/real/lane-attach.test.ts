/** A live terminal in a lane's worktree, over a real sshd, by the built program. */
import { execFileSync } from 'node:child_process'
import { expect, it, onTestFinished } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { otherBuild } from './parts/other-build.ts'
import { openTerminal } from './parts/pty.ts'
import { seenLane } from './parts/seen-lane.ts'

requirePart(
  'sshd',
  'git',
  'pty',
)("a lane's terminal", () => {
  async function lane(directory?: string) {
    const seen = await seenLane('# TASK\n', directory)
    onTestFinished(() => seen.remove())
    const entries = async () =>
      JSON.parse(await seen.operator.printed('journal', '--json')).rows.filter(
        (row: { kind: string }) => ['intent', 'outcome'].includes(row.kind),
      )
    return { ...seen, entries }
  }

  it('[N06] lane attach opens the shell there, follows the size, and journals who and how long', async () => {
    const { operator, tree, entries, sshd } = await lane(`it's "the" tree $(x)`)
    const pty = openTerminal(operator.line('lane', 'attach', 'ok'), operator.env)
    await pty.until(/ok: a shell where it works\. exit, or Ctrl-\], comes back\./)
    pty.type('pwd; stty size; tty | sed s/[0-9]*$//\r')
    await pty.until(/50 200\r\n\/dev\/pts\//)
    expect(pty.written()).toContain(tree)
    // A full-screen program moves down by LF alone: nothing may be made of it on the way.
    pty.type('stty -onlcr; printf "a\\nb|"; stty onlcr\r')
    await pty.until(/a\nb\|/)
    pty.resize(100, 30)
    pty.type('stty size\r')
    await pty.until(/30 100\r\n/)
    expect(sshd.connections()).toBe(1)
    pty.type('exit 7\r')
    expect(await pty.exitCode).toBe(7)

    const [intent, outcome] = await entries()
    expect(intent).toMatchObject({
      kind: 'intent',
      subject: 'ok',
      author: expect.stringMatching(/@.+ pid \d+/),
      data: { act: 'lane.attach', directory: tree },
    })
    expect(outcome).toMatchObject({
      kind: 'outcome',
      data: { intent: intent.seq, outcome: 'ended', ms: expect.any(Number) },
    })
  })

  it('[N06] Ctrl-] leaves: what ran is hung up, and the terminal is what it was', async () => {
    const { operator, entries } = await lane()
    const pty = openTerminal(['bash', ['--norc', '-i']], {
      ...operator.env,
      ATTACH: [operator.line('lane', 'attach', 'ok')].flat(2).join(' '),
      PS1: 'here$ ',
    })
    await pty.until(/here\$ /)
    pty.type('stty -a | grep -o -- "-\\?\\(opost\\|echo\\|icanon\\|isig\\) "; $ATTACH\r')
    await pty.until(/comes back/)
    pty.type('echo mark-$((40 + 2)); printf "\\\\033[?1049h\\\\033[?1000h"; sleep 4242\r')
    await pty.until(/mark-42[^]*\[\?1000h/)
    pty.type('\u001d')
    await pty.until(/\[\?1000l[^]*left: the shell over there was hung up[^]*here\$ /)
    pty.type('stty -a | grep -o -- "-\\?\\(opost\\|echo\\|icanon\\|isig\\) "; echo over\r')
    await pty.until(/over\r\n/)
    expect(pty.written()).not.toMatch(/-(?:opost|echo|icanon|isig) \r\n/)
    await eventually('nothing of it runs', () => {
      const running = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
      return !running.includes('sleep 4242')
    })
    const [, outcome] = await entries()
    expect(outcome.text).toMatch(/^the terminal was open for .+: left$/)
    pty.type('exit\r')
    expect(await pty.exitCode).toBe(0)
  })

  it('[O11] an older hub that holds a terminal is waited for: nobody is thrown out of it', async () => {
    const { operator } = await lane()
    const old = operator.as(otherBuild({ version: '0.0.9+0badc0de' }))
    const pty = openTerminal(old.line('lane', 'attach', 'ok'), old.env)
    await pty.until(/tree.*\$ /)
    const newer = operator.start('run', 'echo new')
    let said = ''
    newer.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk)
    })
    await eventually('it says that it waits', () => said.includes('is busy: waiting'))
    pty.type('echo still $((6 * 7))\r')
    await pty.until(/still 42/)
    pty.type('exit\r')
    expect(await pty.exitCode).toBe(0)
    expect(await newer).toMatchObject({ exitCode: 0, stdout: 'new' })
  })

  it('[N06] says why there is none: an unknown lane, a directory that is gone', async () => {
    const { operator, tree } = await lane()
    const unknown = openTerminal(operator.line('lane', 'attach', 'nobody'), operator.env)
    await unknown.until(/no terminal: no lane is named "nobody"/)
    expect(await unknown.exitCode).toBe(77)
    execFileSync('mv', [tree, `${tree}.gone`])
    const gone = openTerminal(operator.line('lane', 'attach', 'ok'), operator.env)
    await gone.until(/tree/)
    expect(await gone.exitCode).toBe(66)
    const { exitCode, stderr } = await operator.run('lane', 'attach', 'ok')
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/needs a terminal/),
    })
  })
})
