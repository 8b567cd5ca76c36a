/** The console in a real tmux, a lane's terminal over a real sshd, and back. */
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { seenLane } from './parts/seen-lane.ts'
import { startTmux } from './parts/tmux.ts'

requirePart(
  'sshd',
  'git',
  'tmux',
)('a terminal from the console', () => {
  it('[N04] [N06] is joined over the one connection, and leaves the picture as it was', async () => {
    const { operator, sshd, tree, remove } = await seenLane('# TASK\n')
    onTestFinished(remove)
    const [node, words] = operator.line()
    const tmux = await startTmux(['exec', node, ...words].join(' '), {
      columns: 100,
      rows: 30,
      env: operator.env,
    })
    onTestFinished(tmux.close)
    await tmux.until(/✓ +ok|○ +ok|✕ +ok|∅ +ok|▲ +ok/)
    await tmux.press('Enter')
    await tmux.until(/\[1 Log\]/)
    await tmux.press('4')
    const before = await tmux.until(/\[4 Diff\][^]*Nothing differs\./)

    await tmux.press('t')
    await tmux.until(/ok: a shell where it works\. exit, or Ctrl-\], comes back\./)
    await tmux.press('echo "at $PWD"; stty size', 'Enter')
    await tmux.until(new RegExp(`at ${tree}\\s+30 100`))
    await tmux.resize(90, 25)
    await tmux.press('stty size', 'Enter')
    await tmux.until(/25 90/)
    expect(sshd.connections()).toBe(1)
    await tmux.press('echo new > more.txt; exit', 'Enter')
    await tmux.until(/\[4 Diff\]/)
    await tmux.press('4')
    await tmux.until(/1 untracked file:[^]*more\.txt/)

    await tmux.press('t')
    await tmux.until(/logout[^]*comes back\.[^]*\$\s*$/)
    await tmux.press('rm more.txt; sleep 4243', 'Enter')
    await tmux.until(/sleep 4243/)
    await tmux.press('C-]')
    await tmux.until(/left: the shell over there was hung up/)
    await tmux.resize(100, 30)
    await tmux.press('4')
    const after = await tmux.until(/\[4 Diff\][^]*Nothing differs\./)
    const still = (text: string) => text.split('\n').slice(1, -2).join('\n')
    expect(still(after)).toBe(still(before))
  })
})
