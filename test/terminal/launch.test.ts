import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { FACTORY } from './parts/factory.ts'
import { KEYS, screens } from './parts/suite.ts'

requirePart('pty')('the launch form in a real pty', () => {
  const open = screens()

  it('[N02] d judges a launch, shows it with who runs already, and launches on a yes', async () => {
    const brief = join(scratch(), 'Fix Login.md')
    writeFileSync(brief, 'TASK: a\n')
    const screen = await open({ columns: 130, rows: 24, facts: FACTORY })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    screen.type('d')
    await screen.until(text => text.includes('Launch a lane'), 'the form')
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('../fixtures/screens/launch.txt')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('name the file of its brief'), 'what is missing')
    screen.type(`/nowhere.md${KEYS.enter}`)
    await screen.until(text => text.includes('cannot read the brief: ENOENT'), 'the fault')
    screen.type(`\u0015${brief}\t\t`)
    await screen.until(text => text.includes('◂ codex ▸'), 'the engine')
    screen.type(KEYS.right)
    await screen.until(text => text.includes('◂ claude ▸'), 'the other engine')
    screen.type(`\tlarge${KEYS.enter}`)
    await screen.until(text => text.includes('Launch the lane fix-login?'), 'the question')
    expect(screen.text()).toContain('/usr/bin/codex exec --json -')
    expect(screen.text()).toContain('on lane/fix-login from ffffffffffff')
    expect(screen.text()).toMatch(/beware +6 lanes are alive already/)
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('◂') || text.includes('large'), 'the form again')
    screen.type(KEYS.enter)
    await screen.until(text => text.includes('Launch the lane fix-login?'), 'the question again')
    screen.type('y')
    await screen.until(text => text.includes('fix-login process 4711 runs'), 'the lane')
    await screen.until(text => text.includes('1 Lanes'), 'home')
    const told = (await screen.tell({ do: 'told' })) as object[]
    expect(told).toMatchObject([
      { isDryRun: true, engine: 'claude', model: 'large', repo: null },
      { isDryRun: true },
      { isDryRun: false, name: 'fix-login', brief: 'TASK: a\n', engine: 'claude' },
    ])
  })

  it('[N02] d says why a launch is refused, and Esc leaves', async () => {
    const brief = join(scratch(), 'half.md')
    writeFileSync(brief, 'TASK: a\n')
    const screen = await open({ columns: 60, rows: 16, facts: FACTORY })
    await screen.until(text => text.includes('5 live'), 'the lanes')
    screen.type('d')
    await screen.until(text => text.includes('Launch a lane'), 'the form')
    screen.type(`${brief}${KEYS.enter}`)
    await screen.until(text => text.includes('the brief has no STOP'), 'the refusal')
    screen.type(KEYS.right)
    await screen.until(text => text.includes('choose in the engine line'), 'why not')
    screen.type(KEYS.esc)
    await screen.until(text => text.includes('1 Lanes'), 'home')
  })
})
